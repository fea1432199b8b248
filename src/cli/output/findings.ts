import type { Changes } from "#contract/data-version.ts";
import type { Finding, FindingRow } from "#contract/finding-report.ts";
import { findingSentence, fixLabel } from "#contract/findings.ts";
import { printable, type Terminal } from "#cli/terminal.ts";
import { count } from "./format.ts";
import { wrap } from "./wrap.ts";

/** So many rows of a finding are named; `--json` has up to a hundred. */
const namedRows = 3;
const marks = { error: ["red", "✗"], warning: ["yellow", "!"], note: ["cyan", "·"] } as const;

/** Prints what the doctor found, worst first, with the first rows and what can be done. */
export function printFindings(terminal: Terminal, findings: readonly Finding[]): void {
  if (findings.length === 0) {
    terminal.say("The doctor found nothing.");
    return;
  }
  for (const { code, severity, params, count: rows, rows: shown, fixes } of findings) {
    const [colour, mark] = marks[severity];
    const sentence = printable(findingSentence(code, params, terminal.language));
    terminal.say(wrap(terminal, `${terminal.style(colour, mark)} ${sentence}`));
    for (const row of shown.slice(0, namedRows)) terminal.say(`    ${place(terminal, row)}`);
    if (rows > namedRows) terminal.say(`    … ${count(rows)} rows in all`);
    if (fixes.length > 0) {
      const labels = fixes.map((fix) => `${fix} (${fixLabel(fix, terminal.language)})`);
      terminal.say(terminal.style("dim", `    ${code}: ${labels.join(", ")}`));
    }
  }
}

const excerptLength = 160;

/** Prints what a fix would change, or what differs between two versions. */
export function printChanges(terminal: Terminal, changes: Changes): void {
  for (const { file, line, before, after } of changes.rows) {
    terminal.say(terminal.style("yellow", `${file}:${line}`));
    const start = changeStart(before, after);
    if (before !== null) terminal.say(terminal.style("red", `  - ${excerpt(before, start)}`));
    if (after !== null) terminal.say(terminal.style("green", `  + ${excerpt(after, start)}`));
  }
  const { changed, leftOut, broughtBack } = changes;
  const parts = [`${count(changed)} changed`, `${count(leftOut)} left out`];
  if (broughtBack > 0) parts.push(`${count(broughtBack)} brought back`);
  terminal.say(`Rows: ${parts.join(", ")}`);
}

function place(terminal: Terminal, { file, line, found, excerpt: text }: FindingRow): string {
  const quoted = found === null ? "" : ` [${printable(found)}]`;
  return `${terminal.style("yellow", `${file}:${line}`)}${quoted}  ${excerpt(text)}`;
}

/** Where to begin so that the first change is among what is shown; most begin at the start. */
function changeStart(before: string | null, after: string | null): number {
  if (before === null || after === null) return 0;
  let same = 0;
  while (same < before.length && before[same] === after[same]) same += 1;
  return same < excerptLength / 2 ? 0 : same - 40;
}

function excerpt(text: string, start = 0): string {
  const line = printable(text.slice(start)).replaceAll(/\s+/g, " ");
  const cut = line.length > excerptLength ? `${line.slice(0, excerptLength)}…` : line;
  return start > 0 ? `…${cut}` : cut;
}
