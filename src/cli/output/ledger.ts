import type { DataFormat } from "#contract/data-format.ts";
import type { LedgerEntry, LedgerSummary } from "#contract/dataset.ts";
import { bodySentence } from "#contract/body-sentence.ts";
import { printable, type Terminal } from "#cli/terminal.ts";
import { count, plural } from "./format.ts";

/** Prints what became of the rows: how many count, and each reason for the others. */
export function printLedger(terminal: Terminal, ledger: LedgerSummary): void {
  printEntries(terminal, ledger.first);
  const more = ledger.leftOut - ledger.first.length;
  if (more > 0) {
    const reasons = Object.entries(ledger.reasons).map(
      ([code, times]) => `${code} ${count(times)}`,
    );
    terminal.say(`… and ${count(more)} more. Left out in all: ${reasons.join(", ")}`);
  }
  for (const { file, reason } of ledger.unreadable) {
    const sentence = printable(bodySentence(reason, terminal.language));
    terminal.say(
      `${terminal.style("red", file)}  not read, and its rows are not counted: ${sentence}`,
    );
  }
  const left = ledger.rows - ledger.train - ledger.check;
  terminal.say(
    `${plural(ledger.rows, "row")}: ${count(ledger.train)} to learn from, ${count(ledger.check)} to check with, ${count(left)} left out`,
  );
}

/** How each file is read, and why. */
export function printFormats(terminal: Terminal, formats: Record<string, DataFormat>): void {
  for (const [file, { evidence }] of Object.entries(formats)) {
    const sentences = evidence.map((piece) => printable(bodySentence(piece, terminal.language)));
    terminal.say(`${terminal.style("bold", file)}  ${sentences.join(" ")}`);
  }
}

/** One line per row: where it stands, and why it is left out. */
export function printEntries(terminal: Terminal, entries: readonly LedgerEntry[]): void {
  for (const { file, line, reason } of entries) {
    const sentence = reason ? printable(bodySentence(reason, terminal.language)) : "left out";
    terminal.say(`${terminal.style("yellow", `${file}:${line}`)}  ${sentence}`);
  }
}
