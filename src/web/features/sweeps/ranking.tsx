import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { ReplyOf } from "#contract/client.ts";
import { api, sentenceOf } from "../../app/api.ts";
import { queryClient } from "../../app/queries.ts";
import { useFormat } from "../../i18n/format.ts";
import { Table } from "../../ui/table.tsx";
import { say } from "../../ui/toast.tsx";

type Ranked = ReplyOf<"GET /api/projects/{project}/sweeps">["sweeps"][number];
type Trial = Ranked["ranking"][number];

/** The trials of one sweep, the best one first. */
export function Ranking({ sweep, ranking }: Ranked) {
  const { t } = useTranslation("sweeps");
  const format = useFormat();
  const { project, id } = sweep;
  const going = ranking.some(({ status }) => status === "queued" || status === "running");
  const act = async (request: () => Promise<unknown>) => {
    try {
      await request();
      await queryClient.invalidateQueries({ queryKey: ["runs"] });
    } catch (error) {
      say(sentenceOf(error).message);
    }
  };
  const title = t("sweep", { time: format.date(sweep.createdAt) });
  return (
    <section>
      <div className="row wrap gap-4">
        <h2 className="big">{title}</h2>
        {going && (
          <button
            type="button"
            className="btn"
            onClick={() =>
              void act(() =>
                api.request("POST /api/projects/{project}/sweeps/{sweep}/cancel", {
                  params: { project, sweep: id },
                }),
              )
            }
          >
            {t("cancel")}
          </button>
        )}
      </div>
      <div className="mt-2">
        <Table
          label={title}
          columns={[
            t("rank"),
            t("run"),
            t("settings"),
            { name: t("loss"), numbers: true },
            { name: t("right"), numbers: true },
            t("state"),
            { name: t("make"), unseen: true },
          ]}
        >
          {ranking.map((trial) => (
            <tr key={trial.run}>
              <td>{trial.rank === null ? "–" : `${format.number(trial.rank)}.`}</td>
              <td className="nowrap">
                {trial.number === null ? (
                  "–"
                ) : (
                  <Link
                    className="link"
                    to="/projects/$project/runs/$run"
                    params={{ project, run: trial.run }}
                  >
                    {t("runNumber", { number: trial.number })}
                  </Link>
                )}
              </td>
              <td className="mono sm">
                <Settings trial={trial} />
              </td>
              <td className="num-r">
                {trial.bestLoss === null ? "–" : format.number(trial.bestLoss, 3)}
              </td>
              <td className="num-r">
                {trial.exactMatch === null ? "–" : format.percent(trial.exactMatch, 1)}
              </td>
              <td>
                <State trial={trial} />
              </td>
              <td className="num-r">
                {trial.status === "finished" && !trial.exported && (
                  <button
                    type="button"
                    className="btn btn-sm"
                    onClick={() =>
                      void act(() =>
                        api.request("POST /api/projects/{project}/runs/{run}/export", {
                          params: { project, run: trial.run },
                        }),
                      )
                    }
                  >
                    {t("make")}
                  </button>
                )}
              </td>
            </tr>
          ))}
        </Table>
      </div>
    </section>
  );
}

function Settings({ trial }: { trial: Trial }) {
  return Object.values(trial.settings)
    .flatMap((values) => Object.entries(values))
    .map(([key, value]) => `${key} ${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join(", ");
}

function State({ trial }: { trial: Trial }) {
  const { t } = useTranslation(["sweeps", "pages"]);
  if (trial.status === "missing") return t("deleted");
  if (trial.hopeless) return t("hopeless");
  const status = t(`pages:status_${trial.status}`);
  if (trial.incomparable) return `${status}; ${t("incomparable")}`;
  return trial.exported && trial.status === "finished" ? `${status}, ${t("exported")}` : status;
}
