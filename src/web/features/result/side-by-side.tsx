import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Report } from "#contract/run.ts";
import { Icon } from "../../ui/icon.tsx";
import { Mark } from "../../ui/mark.tsx";

type Answer = Report["answers"][number];
const perPage = 5;

/** Equal as the report counts it: white space at the ends and its amount do not matter. */
const isSame = (answer: string | null, expected: string) =>
  answer !== null && words(answer) === words(expected);
const words = (text: string) => text.trim().split(/\s+/).join(" ");

/** Base and tuned answers on held-out questions. */
export function SideBySide({ answers }: { answers: readonly Answer[] }) {
  const { t } = useTranslation("result");
  const lists = {
    gained: answers.filter(
      (one) => isSame(one.tuned, one.expected) && !isSame(one.base, one.expected),
    ),
    lost: answers.filter(
      (one) => !isSame(one.tuned, one.expected) && isSame(one.base, one.expected),
    ),
    all: [...answers],
  };
  const [filter, setFilter] = useState<keyof typeof lists>(
    lists.gained.length > 0 ? "gained" : "all",
  );
  const [from, setFrom] = useState(0);
  const list = lists[filter];
  const shown = list.slice(from, from + perPage);
  return (
    <section aria-label={t("sideBySide")}>
      <div className="sec-head">
        <h2 className="big">{t("sideBySide")}</h2>
        <span className="muted">{t("neverSeen")}</span>
        <span className="end row wrap gap-3">
          <span className="seg seg-sm" role="group" aria-label={t("filter")}>
            {(["gained", "lost", "all"] as const).map((name) => (
              <button
                key={name}
                type="button"
                aria-pressed={filter === name}
                onClick={() => {
                  setFilter(name);
                  setFrom(0);
                }}
              >
                {t(name, { n: lists[name].length })}
              </button>
            ))}
          </span>
          <span className="row gap-1">
            <button
              type="button"
              className="btn btn-quiet btn-icon btn-sm"
              aria-label={t("earlier")}
              disabled={from === 0}
              onClick={() => setFrom(from - perPage)}
            >
              <Icon name="back" />
            </button>
            <span className="sm muted nowrap">
              {t("page", {
                from: list.length === 0 ? 0 : from + 1,
                to: Math.min(from + perPage, list.length),
                total: list.length,
              })}
            </span>
            <button
              type="button"
              className="btn btn-quiet btn-icon btn-sm"
              aria-label={t("later")}
              disabled={from + perPage >= list.length}
              onClick={() => setFrom(from + perPage)}
            >
              <Icon name="forward" />
            </button>
          </span>
        </span>
      </div>
      <table className="ab">
        <thead>
          <tr>
            <th scope="col">{t("question")}</th>
            <th scope="col">{t("base")}</th>
            <th scope="col">{t("tuned")}</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((one) => (
            <tr key={one.id}>
              <td>
                <p className="q">{one.prompt}</p>
                <p className="yours">{one.expected}</p>
              </td>
              <AnswerCell
                name={t("base")}
                text={one.base}
                expected={one.expected}
                stops={one.baseStops}
              />
              <AnswerCell
                name={t("tuned")}
                text={one.tuned}
                expected={one.expected}
                stops={one.tunedStops}
              />
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function AnswerCell(props: {
  name: string;
  text: string | null;
  expected: string;
  stops: boolean | null;
}) {
  const { t } = useTranslation("result");
  const same = isSame(props.text, props.expected);
  return (
    <td>
      {/* Stands in for the column's head where columns lie one below the other. */}
      <p className="ab-name sm muted" aria-hidden="true">
        {props.name}
      </p>
      <p>{props.text === null || props.text === "" ? <i>{t("noAnswer")}</i> : props.text}</p>
      <Mark tone={same ? "good" : "none"} shape={same ? "up" : "circle"}>
        {same ? t("same") : t("other")}
      </Mark>
      {props.stops === false && (
        <p>
          <Mark tone="bad">{t("endless")}</Mark>
        </p>
      )}
    </td>
  );
}
