import type { Report } from "#contract/run.ts";
import { decimal, percent, points } from "#cli/output/format.ts";

/** What was found out on the held-out rows, in sentences, with the interval that decides. */
export function verdictWords(report: Report): string {
  const head = heads[report.verdict];
  if (report.verdict === "not_measured") return head;
  const difference = report.differences[report.decidedBy ?? "loss"];
  const { base, tuned, n } = report;
  if (!difference || !base || !tuned) return head;
  if (report.decidedBy === "exactMatch") {
    return `${head} Expected answers: ${percent(base.exactMatch)} before, ${percent(tuned.exactMatch)} after, on ${n} held-out rows. That is ${points(difference.mean)} points (95 % interval ${points(difference.low)} to ${points(difference.high)}).`;
  }
  const signed = (value: number | null) =>
    value !== null && value > 0 ? `+${decimal(value)}` : decimal(value);
  return `${head} Held-out loss: ${decimal(base.loss)} before, ${decimal(tuned.loss)} after, on ${n} rows (lower is better). That is ${signed(difference.mean)} (95 % interval ${signed(difference.low)} to ${signed(difference.high)}).${noneExpected(report)}`;
}

/** The loss can fall long before a single answer is right: that is said. */
function noneExpected({ verdict, tuned }: Report): string {
  return verdict === "better" && tuned?.exactMatch === 0
    ? " None of its answers is word for word the expected one. If only one wording is right, it has not learned enough: more examples, more epochs or a larger model help."
    : "";
}

const heads: Record<Report["verdict"], string> = {
  better: "Better than the base.",
  not_proven:
    "Not proven: the interval includes no difference. More check rows, more examples or more epochs would decide.",
  worse:
    "Worse than the base. Try fewer epochs or a lower learning_rate, and look whether the check rows ask for what the examples teach.",
  not_measured:
    "Not measured: there were no held-out rows. Add a check file to learn whether it got better.",
};
