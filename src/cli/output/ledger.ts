import type { LedgerSummary } from "#contract/dataset.ts";
import { sentenceOf } from "#cli/report-error.ts";
import type { Terminal } from "#cli/terminal.ts";
import { count, plural } from "./format.ts";

/** Prints what became of the rows: how many count, and each reason for the others. */
export function printLedger(terminal: Terminal, ledger: LedgerSummary): void {
  const { style, language } = terminal;
  terminal.say(
    `${plural(ledger.rows, "row")}: ${count(ledger.train)} to learn from, ${count(ledger.check)} to check with, ${count(ledger.leftOut)} left out`,
  );
  for (const entry of ledger.first) {
    const reason = entry.reason ? sentenceOf(entry.reason, language) : "left out";
    terminal.say(`  ${style("yellow", `${entry.file}:${entry.line}`)}  ${reason}`);
  }
  const more = ledger.leftOut - ledger.first.length;
  if (more > 0) {
    terminal.say(`  and ${count(more)} more, by reason:`);
    for (const [code, times] of Object.entries(ledger.reasons)) {
      terminal.say(`    ${code}: ${count(times)}`);
    }
  }
}
