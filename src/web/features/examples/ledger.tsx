import { useTranslation } from "react-i18next";
import type { ReplyOf } from "#contract/client.ts";
import { useFormat } from "../../i18n/format.ts";
import { Mark } from "../../ui/mark.tsx";

/** Where every row went; the sum is shown, so that anyone can check it at a glance. */
export function Ledger({ ledger }: { ledger: ReplyOf<"GET /api/projects/{project}/ledger"> }) {
  const { t } = useTranslation("examples");
  const format = useFormat();
  const { rows, train, check, left_out: leftOut } = ledger;
  const width = (count: number) => ({ inlineSize: `${(100 * count) / Math.max(rows, 1)}%` });
  return (
    <div className="ledger">
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
          </span>
        </div>
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
    </div>
  );
}
