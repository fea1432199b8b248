import { useTranslation } from "react-i18next";
import type { ReplyOf } from "#contract/client.ts";
import { useFormat } from "../../i18n/format.ts";
import { Mark } from "../../ui/mark.tsx";
import { useReasons } from "./reasons.ts";

type Account = ReplyOf<"GET /api/projects/{project}/account">;

/** Where every row went; the sum is shown, so that anyone can check it at a glance. */
export function Ledger({ account, checkFiles }: { account: Account; checkFiles: string[] }) {
  const { t } = useTranslation("examples");
  const format = useFormat();
  const reasons = useReasons();
  const { ledger, counts } = account;
  const { rows, train, check, left_out: leftOut } = ledger;
  const width = (count: number) => ({ inlineSize: `${(100 * count) / Math.max(rows, 1)}%` });
  const why = Object.entries(ledger.reasons)
    .sort((a, b) => b[1] - a[1])
    .map(([code, count]) => `${format.number(count)} ${reasons.word(code)}`)
    .join(", ");
  return (
    <section className="ledger" aria-label={t("ledger")}>
      <div className="ledger-sum">
        <b className="big-n">{format.number(rows)}</b>
        <span>{t("rowsIn")}</span>
      </div>
      <div className="grow">
        <div className="lbar" aria-hidden="true">
          <i className="l1" style={width(train)} />
          <i className="l2" style={width(check)} />
          <i className="l3" style={width(leftOut)} />
        </div>
        <div className="lkey">
          <span>
            <i className="k l1" aria-hidden="true" />
            {t("train", { n: format.number(train) })}
          </span>
          <span>
            <i className="k l2" aria-hidden="true" />
            {t("check", { n: format.number(check) })}
          </span>
          <span>
            <i className="k l3" aria-hidden="true" />
            {t("leftOut", { n: format.number(leftOut) })}
            {why !== "" && `: ${why}`}
          </span>
          {ledger.shortened > 0 && (
            <span>{t("shortened", { n: format.number(ledger.shortened) })}</span>
          )}
        </div>
        {ledger.unreadable.map(({ file, reason }) => (
          <p key={file} className="sm mt-1" role="alert">
            <Mark tone="bad">{t("notRead", { file })}</Mark> {reason.message}{" "}
            <span className="muted mono">{reason.code}</span>
          </p>
        ))}
        <p className="sm muted mt-1">
          {t(`checkFrom_${account.check_source}`, { files: checkFiles.join(", ") })}{" "}
          {counts.state === "counting" && counts.counted < rows && (
            <span role="status">
              {t("counting", {
                counted: format.number(counts.counted),
                rows: format.number(rows),
              })}
            </span>
          )}
          {counts.state === "done" &&
            counts.limit !== null &&
            t("counted", {
              tokens: format.number(counts.tokens),
              learned: format.number(counts.learned),
              longest: format.number(counts.longest),
              limit: format.number(counts.limit),
            })}
        </p>
      </div>
      {train + check + leftOut === rows && (
        <Mark tone="good">
          {t("sum", {
            train: format.number(train),
            check: format.number(check),
            leftOut: format.number(leftOut),
            rows: format.number(rows),
          })}
        </Mark>
      )}
    </section>
  );
}
