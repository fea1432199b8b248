import type { Proof } from "#contract/ollama-proof.ts";
import type { Report } from "#contract/run.ts";
import { offerOf } from "#contract/run-offer.ts";
import type { RunDetail, RunFiles, RunView } from "#core/api.ts";
import { commandName } from "#cli/command-name.ts";
import type { Context } from "#cli/context.ts";
import { decimal, percent } from "#cli/output/format.ts";
import { printProof, readProof } from "#cli/output/proof.ts";
import { renderTable } from "#cli/output/table.ts";
import { wrap } from "#cli/output/wrap.ts";
import { bodySentence } from "#contract/body-sentence.ts";
import { printable, type Terminal } from "#cli/terminal.ts";
import { runName } from "./follow.ts";
import { verdictWords } from "./verdict.ts";
import { statusWords } from "./words.ts";

/** Prints how a run ended: answers side by side, the score, where the files lie, what to do next. */
export async function printResult(context: Context, run: RunDetail, answers = 5): Promise<void> {
  const { core, workspace, terminal } = context;
  const files = await core.runFiles(workspace, run.slug, run.id);
  terminal.data({ type: "result", ...resultData(run, files) });
  if (terminal.json) return;
  if (run.state.status !== "finished") return printUnfinished(terminal, run, files);
  if (run.report) printReport(terminal, run.report, answers, run);
  const proof = await readProof(files.folder);
  if (proof) {
    terminal.say();
    printProof(terminal, proof);
  }
  printFiles(terminal, files);
  printNext(terminal, run, proof);
}

/** What programs get of a run's end. */
export function resultData(run: RunView, files: RunFiles): Record<string, unknown> {
  const { slug, id, number, state, report } = run;
  return {
    run: { slug, id, number },
    status: state.status,
    error: state.error,
    report: report ?? null,
    files,
  };
}

function printUnfinished(terminal: Terminal, run: RunDetail, files: RunFiles): void {
  const { state } = run;
  terminal.say();
  terminal.say(`Run ${runName(run)} is ${statusWords[state.status]}.`);
  if (state.error) {
    const sentence = bodySentence(state.error, terminal.language);
    terminal.say(terminal.style("red", wrap(terminal, sentence)));
  }
  if (state.reason) terminal.say(wrap(terminal, bodySentence(state.reason, terminal.language)));
  if (files.log && state.status === "failed") terminal.say(`Its log: ${files.log}`);
  if (state.lastCheckpoint !== null) {
    terminal.say(`The checkpoint at step ${state.lastCheckpoint} is kept.`);
  }
  const resume = `${commandName()} resume ${runName(run)}`;
  const offer = offerOf(run);
  if (offer?.kind === "four_bit") terminal.say(`Load in 4 bits: ${resume} --allow-4bit`);
  if (offer?.kind !== "learning_rate") return terminal.say(`Continue with: ${resume}`);
  const from =
    offer.step === null
      ? "Begin anew with half the learning rate"
      : `Go on from the checkpoint at step ${offer.step} with half the learning rate`;
  terminal.say(`${from}: ${resume} --learning-rate ${offer.suggested}`);
}

export function printReport(
  terminal: Terminal,
  report: Report,
  answers: number,
  run: { slug: string; number: number },
): void {
  const { style } = terminal;
  const shown = spread(report.answers, answers);
  if (shown.length > 0) {
    const rest =
      shown.length < report.answers.length
        ? ` (${shown.length} of ${report.answers.length}; all: ${commandName()} show ${runName(run)} --answers)`
        : "";
    terminal.say();
    terminal.say(`${style("bold", "Answers on held-out rows")}${rest}`);
    terminal.say(answersTable(shown, terminal.width));
  }
  terminal.say();
  terminal.say(style("bold", "Held-out score"));
  const scores = scoreTable(report, terminal.width);
  if (scores !== undefined) terminal.say(scores);
  terminal.say(style(colours[report.verdict], wrap(terminal, verdictWords(report))));
}

const colours = {
  better: "green",
  worse: "red",
  not_proven: "yellow",
  not_measured: "yellow",
} as const;

/** At most `most` items, evenly spaced: a fair sample rather than a flattering one. */
export function spread<T>(items: readonly T[], most: number): T[] {
  if (items.length <= most) return [...items];
  return Array.from(
    { length: most },
    (_, index) => items[Math.floor((index * items.length) / most)] as T,
  );
}

export function answersTable(answers: Report["answers"], width: number): string {
  const columns = ["Question", "Expected", "Base", "Tuned"].map((title) => ({
    title,
    minimum: 12,
  }));
  const rows = answers.map(({ prompt, expected, base, tuned, gguf }) =>
    [prompt, expected, base ?? "–", tuned ?? gguf ?? "–"].map(printable),
  );
  return renderTable(columns, rows, width, { ruled: true });
}

export function scoreTable(report: Report, width: number): string | undefined {
  const { base, tuned, gguf } = report;
  const scored = [
    { title: "base", score: base },
    { title: "tuned", score: tuned },
    { title: gguf ? `GGUF ${gguf.format}` : "GGUF", score: gguf },
  ].filter(({ score }) => score !== null);
  if (scored.length === 0) return undefined;
  return renderTable(
    [{ title: "" }, ...scored.map(({ title }) => ({ title, align: "right" as const }))],
    [
      ["Expected answer given", ...scored.map(({ score }) => percent(score?.exactMatch))],
      ["Loss on the answers", ...scored.map(({ score }) => decimal(score?.loss))],
      ["Stops by itself", ...scored.map(({ score }) => percent(score?.stops))],
    ],
    width,
  );
}

function printFiles(terminal: Terminal, files: RunFiles): void {
  terminal.say();
  if (files.gguf) terminal.say(`GGUF:       ${files.gguf}`);
  if (files.modelfile) terminal.say(`Modelfile:  ${files.modelfile}`);
}

function printNext(terminal: Terminal, run: RunView, proof: Proof | undefined): void {
  const name = runName(run);
  const next = [
    [`${commandName()} chat ${name}`, "talk to it"],
    [`${commandName()} export ${name} <folder>`, "copy the model to a folder of yours"],
    proof?.proven
      ? [`ollama run ${proof.name}`, "the same in Ollama"]
      : [`${commandName()} deploy ${name}`, "bring it into Ollama, and prove it there"],
  ];
  terminal.say();
  terminal.say(terminal.style("bold", "What next"));
  const width = Math.max(...next.map(([command = ""]) => command.length));
  for (const [command = "", what = ""] of next) {
    terminal.say(`  ${command.padEnd(width)}  ${terminal.style("dim", what)}`);
  }
}
