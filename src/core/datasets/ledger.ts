import type { LedgerEntry, LedgerSummary } from "#contract/dataset.ts";

const firstCount = 20;

/** Counts ledger entries as they come; the counts always add up to the entries seen. */
export function startSummary(): { add: (entry: LedgerEntry) => void; summary: LedgerSummary } {
  const summary: LedgerSummary = {
    rows: 0,
    train: 0,
    check: 0,
    leftOut: 0,
    shortened: 0,
    reasons: {},
    first: [],
    unreadable: [],
  };
  const add = (entry: LedgerEntry): void => {
    summary.rows += 1;
    if (entry.shortened) summary.shortened += 1;
    if (entry.outcome === "train") summary.train += 1;
    else if (entry.outcome === "check") summary.check += 1;
    else {
      summary.leftOut += 1;
      const code = entry.reason?.code ?? "unknown";
      summary.reasons[code] = (summary.reasons[code] ?? 0) + 1;
      if (summary.first.length < firstCount) summary.first.push(entry);
    }
  };
  return { add, summary };
}
