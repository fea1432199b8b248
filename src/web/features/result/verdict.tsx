import { useTranslation } from "react-i18next";
import type { Report } from "#contract/run.ts";
import { useFormat } from "../../i18n/format.ts";
import { IntervalScale } from "../../ui/interval-scale.tsx";

const tones = { better: "good", worse: "bad", not_proven: "warn", not_measured: "warn" } as const;
const shapes = {
  better: <path d="M6 1.5 11 10.5H1z" fill="currentColor" />,
  worse: <path d="M6 10.5 11 1.5H1z" fill="currentColor" />,
  not_proven: <path d="M6 1 11 6 6 11 1 6z" fill="none" stroke="currentColor" strokeWidth="1.6" />,
  not_measured: (
    <circle cx="6" cy="6" r="4.4" fill="none" stroke="currentColor" strokeWidth="1.3" />
  ),
} as const;

/** The verdict in one word, one sentence, and one interval against “no change”. */
export function Verdict({ report }: { report: Report }) {
  const { t } = useTranslation("result");
  const format = useFormat();
  const { verdict, base, tuned, gguf } = report;
  const exact = report.differences["exactMatch"];
  const byLoss = report.decidedBy === "loss" ? report.differences["loss"] : undefined;
  // The loss can fall long before a single answer is right.
  const noneExpected = verdict === "better" && tuned?.exactMatch === 0;
  const points = (share: number | null | undefined) => Math.round((share ?? 0) * 100);
  const loss = (value: number | null | undefined) =>
    value === null || value === undefined ? "–" : format.number(value, 2);
  const signed = (value: number | null) =>
    value === null ? "–" : format.signed(Number(value.toFixed(2)));
  const percent = (value: number | null | undefined) =>
    value === null || value === undefined ? "–" : format.percent(value);
  return (
    <section className="verdict">
      <div>
        <div className={`vword ${tones[verdict]}`}>
          <svg viewBox="0 0 12 12" aria-hidden="true">
            {shapes[verdict]}
          </svg>
          {t(verdict)}
        </div>
        <p className="vsub">{sentence()}</p>
        {noneExpected && <p className="vsub strong">{t("say_none_expected")}</p>}
      </div>
      <div>
        <p className="vnum">
          {t("scores", {
            base: percent(base?.exactMatch),
            tuned: percent(tuned?.exactMatch),
            n: format.number(report.n),
          })}
        </p>
        {byLoss && (
          <p className="sm strong">
            {t("lossInterval", {
              mean: signed(byLoss.mean),
              low: signed(byLoss.low),
              high: signed(byLoss.high),
            })}
          </p>
        )}
        {exact && !byLoss && (
          <>
            <IntervalScale
              tone={tones[verdict]}
              mean={points(exact.mean)}
              from={points(exact.low)}
              to={points(exact.high)}
            />
            <p className="sm strong">
              {t("interval", {
                mean: format.signed(points(exact.mean)),
                low: format.signed(points(exact.low)),
                high: format.signed(points(exact.high)),
              })}
            </p>
          </>
        )}
        <p className="sm muted mt-1">
          {t("losses", {
            base: loss(base?.loss),
            tuned: loss(tuned?.loss),
            gguf: loss(gguf?.loss),
          })}
        </p>
      </div>
    </section>
  );

  function sentence(): string {
    if (verdict === "not_measured" || verdict === "not_proven") return t(`say_${verdict}`);
    if (report.decidedBy === "loss") return t("say_loss");
    const change = Math.abs(points(exact?.mean));
    return t(verdict === "worse" ? "say_exactMatch_worse" : "say_exactMatch", { points: change });
  }
}
