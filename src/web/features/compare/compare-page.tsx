import { useQuery } from "@tanstack/react-query";
import { Link, useParams, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { ComparedScore, ComparedValue, Comparison } from "#contract/comparison.ts";
import { sentenceOf } from "../../app/api.ts";
import { queries } from "../../app/queries.ts";
import { useFormat } from "../../i18n/format.ts";
import { PageHead } from "../../shell/app-shell.tsx";
import { Empty } from "../../ui/empty.tsx";
import { LineSample } from "../../ui/chart.tsx";
import { Note } from "../../ui/note.tsx";
import { Curves } from "../history/curves.tsx";

const groups = ["settings", "data", "model", "environment"] as const;

/** Two or more runs in detail: what differs, and what came of it. */
export function ComparePage() {
  const { t } = useTranslation("history");
  const { project } = useParams({ from: "/projects/$project/compare" });
  const { runs: named } = useSearch({ from: "/projects/$project/compare" });
  const ids = named?.split(",").filter(Boolean) ?? [];
  const { data: list } = useQuery(queries.runs(project));
  const { data, error } = useQuery({
    ...queries.comparison(project, ids),
    enabled: ids.length > 1,
  });
  const back = (
    <Link className="btn" to="/projects/$project/history" params={{ project }}>
      {t("toHistory")}
    </Link>
  );
  return (
    <>
      <PageHead title={t("compareTitle")} actions={back}>
        {t("compareLead")}
      </PageHead>
      <div className="page page-scroll hs stack-4">
        {ids.length < 2 && <Empty title={t("compareEmpty")}>{t("compareEmptyBody")}</Empty>}
        {error && <Fault error={error} />}
        {data && (
          <>
            <Curves
              project={project}
              // In the order of the tables, so that a run has one line in both.
              runs={data.runs.flatMap(({ id }) => list?.runs.find((run) => run.id === id) ?? [])}
            />
            <Scores comparison={data} />
            <Differences comparison={data} />
          </>
        )}
      </div>
    </>
  );
}

function Fault({ error }: { error: unknown }) {
  const { message, code } = sentenceOf(error);
  return <Note tone="bad" title={message} code={code} />;
}

function Head({ comparison, first }: { comparison: Comparison; first: string }) {
  const { t } = useTranslation("history");
  return (
    <thead>
      <tr>
        <th scope="col">{first}</th>
        {comparison.runs.map((run, index) => (
          <th key={run.id} scope="col" className="num-r">
            <span className="row gap-2">
              <LineSample style={index} />
              {t("run", { number: run.number })}
            </span>
          </th>
        ))}
      </tr>
    </thead>
  );
}

function Scores({ comparison }: { comparison: Comparison }) {
  const { t } = useTranslation("history");
  const format = useFormat();
  const show = (key: ComparedScore, value: number | null): string => {
    if (value === null) return "–";
    if (key.startsWith("exactMatch") || key.startsWith("stops")) return format.percent(value, 1);
    if (key.startsWith("loss")) return format.number(value, 3);
    if (key === "seconds") return format.duration(value);
    return key === "memoryBytes" ? format.bytes(value) : format.number(value);
  };
  return (
    <section>
      <h2 className="big">{t("scores")}</h2>
      {!comparison.sameCheckRows && <Note tone="warn" title={t("otherRows")} />}
      <div className="table-scroll" tabIndex={0} role="region" aria-label={t("scores")}>
        <table className="table compared">
          <Head comparison={comparison} first={t("measure")} />
          <tbody>
            <tr>
              <th scope="row">{t("verdict")}</th>
              {comparison.runs.map((run) => (
                <td key={run.id} className="num-r">
                  {run.verdict ? t(`verdict_${run.verdict}`) : t(`status_${run.status}`)}
                </td>
              ))}
            </tr>
            {comparison.scores.map(({ key, values }) => (
              <tr key={key}>
                <th scope="row">{t(`score_${key}`)}</th>
                {values.map((value, index) => (
                  <td key={index} className="num-r">
                    {show(key, value)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Differences({ comparison }: { comparison: Comparison }) {
  const { t } = useTranslation("history");
  const format = useFormat();
  const { differences, rows, equal } = comparison;
  const otherRows = rows.some(({ added, missing }) => added > 0 || missing > 0);
  return (
    <section>
      <h2 className="big">{t("whatDiffers")}</h2>
      {differences.length === 0 && !otherRows && <p className="mt-2">{t("nothing")}</p>}
      {groups.map((group) => {
        const found = differences.filter((one) => one.group === group);
        const withRows = group === "data" && otherRows;
        if (found.length === 0 && !withRows) return null;
        return (
          <div
            key={group}
            className="table-scroll mt-4"
            tabIndex={0}
            role="region"
            aria-label={t(`group_${group}`)}
          >
            <table className="table compared">
              <Head comparison={comparison} first={t(`group_${group}`)} />
              <tbody>
                {found.map(({ section, key, values }) => (
                  <tr key={`${section}/${key}`}>
                    <th scope="row" className="mono sm">
                      {key}
                    </th>
                    {values.map((value, index) => (
                      <td key={index} className="num-r">
                        <Value value={value} />
                      </td>
                    ))}
                  </tr>
                ))}
                {withRows &&
                  (["shared", "added", "missing"] as const).map((what) => (
                    <tr key={what}>
                      <th scope="row">{t(`rows_${what}`)}</th>
                      {rows.map((one, index) => (
                        <td key={index} className="num-r">
                          {format.number(one[what])}
                        </td>
                      ))}
                    </tr>
                  ))}
              </tbody>
            </table>
          </div>
        );
      })}
      <p className="sm muted mt-2">{t("equal", { count: equal })}</p>
    </section>
  );
}

const hash = /^[0-9a-f]{64}$/;

function Value({ value }: { value: ComparedValue }) {
  const { t } = useTranslation("common");
  const format = useFormat();
  if (value === null) return "–";
  if (typeof value === "boolean") return t(value ? "on" : "off");
  if (typeof value === "number") return format.significant(value, 6);
  const text = Array.isArray(value) ? value.join(", ") : value;
  return hash.test(text) ? (
    <span className="mono sm" title={text}>
      {text.slice(0, 12)}…
    </span>
  ) : (
    text
  );
}
