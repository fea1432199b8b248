import type { ComparedScore, ComparedValue, Comparison } from "#contract/comparison.ts";
import type { Context } from "#cli/context.ts";
import { findRun } from "#cli/find-run.ts";
import { bytes, count, decimal, duration, percent, plural } from "#cli/output/format.ts";
import { renderTable } from "#cli/output/table.ts";
import { runName } from "#cli/run-view/follow.ts";
import { drawLosses } from "#cli/run-view/live-view.ts";
import { statusWords } from "#cli/run-view/words.ts";
import { printable } from "#cli/terminal.ts";

/** `tunesmith compare`: what differs between runs, and what came of it. */
export async function compare(context: Context, references: readonly string[]): Promise<void> {
  const { core, workspace, terminal } = context;
  const found = [];
  for (const reference of references) found.push(await findRun(context, reference));
  const comparison = await core.compareRuns(workspace, found);
  terminal.data(comparison);
  if (terminal.json) return;
  const { runs, differences, equal, sameCheckRows, scores, curves } = comparison;
  const names = runs.map(({ project, number }) => runName({ slug: project, number }));
  const table = (first: string, rows: string[][]) =>
    renderTable(
      [{ title: first }, ...names.map((title) => ({ title, minimum: 8 }))],
      rows,
      terminal.width,
    );
  const { style } = terminal;

  terminal.say(style("bold", "What differs"));
  const differing = [
    ...differences.map(({ key, values }) => [key, ...values.map(shown)]),
    ...rowLines(comparison),
  ];
  terminal.say(differing.length > 0 ? table("", differing) : "Nothing.");
  terminal.say(style("dim", `${plural(equal, "other setting or fact", "others")} are the same.`));

  terminal.say();
  terminal.say(style("bold", "What came of it"));
  terminal.say(
    table("", [
      ["State", ...runs.map(({ status }) => statusWords[status])],
      ["Verdict", ...runs.map(({ verdict }) => verdict?.replaceAll("_", " ") ?? "–")],
      ...scores.map(({ key, values }) => [titles[key], ...values.map((one) => score(key, one))]),
    ]),
  );
  if (!sameCheckRows) {
    terminal.say(
      style("yellow", "They were asked different held-out rows: scores do not compare."),
    );
  }
  terminal.say();
  for (const [index, points] of curves.entries()) {
    const losses = points.flatMap(({ loss }) => (loss === null ? [] : [loss]));
    if (losses.length > 1) terminal.say(`${names[index] ?? ""}  ${drawLosses(losses, terminal)}`);
  }
}

/** Rows are told only where they are not the same. */
function rowLines({ rows }: Comparison): string[][] {
  if (rows.every(({ added, missing }) => added === 0 && missing === 0)) return [];
  return [
    ["rows shared with the first", ...rows.map(({ shared }) => count(shared))],
    ["rows that the first lacks", ...rows.map(({ added }) => count(added))],
    ["rows only in the first", ...rows.map(({ missing }) => count(missing))],
  ];
}

const titles: Record<ComparedScore, string> = {
  exactMatchBase: "Expected answer given, base",
  exactMatchTuned: "Expected answer given, tuned",
  exactMatchGguf: "Expected answer given, GGUF",
  lossBase: "Loss on the answers, base",
  lossTuned: "Loss on the answers, tuned",
  lossGguf: "Loss on the answers, GGUF",
  stopsTuned: "Stops by itself, tuned",
  stopsGguf: "Stops by itself, GGUF",
  bestStep: "Best step",
  steps: "Steps",
  seconds: "Took",
  tokensPerSecond: "Tokens per second",
  memoryBytes: "Memory at its peak",
};

function score(key: ComparedScore, value: number | null): string {
  if (value === null) return "–";
  if (key.startsWith("exactMatch") || key.startsWith("stops")) return percent(value);
  if (key.startsWith("loss")) return decimal(value);
  if (key === "seconds") return duration(value);
  return key === "memoryBytes" ? bytes(value) : count(value);
}

const hash = /^[0-9a-f]{64}$/;

function shown(value: ComparedValue): string {
  if (value === null) return "–";
  const text = Array.isArray(value) ? value.join(", ") : String(value);
  return printable(hash.test(text) ? `${text.slice(0, 12)}…` : text);
}
