import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { api, sentenceOf } from "../../app/api.ts";
import { queries, queryClient } from "../../app/queries.ts";
import { PageHead } from "../../shell/app-shell.tsx";
import { Empty } from "../../ui/empty.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Table } from "../../ui/table.tsx";
import { say } from "../../ui/toast.tsx";

type Run = { project: string; project_name: string; run: string; number: number };

/** What runs and what waits; waiting runs are moved, held back, released and taken out. */
export function QueuePage() {
  const { t } = useTranslation("queue");
  const { data } = useQuery(queries.queue());
  if (!data) return null;
  const change = async (work: () => Promise<unknown>) => {
    try {
      await work();
    } catch (error) {
      say(sentenceOf(error).message);
    }
    await queryClient.invalidateQueries({ queryKey: ["runs"] });
  };
  const params = ({ project, run }: Run) => ({ project, run });
  const patch = (run: Run, json: { position?: number; held?: boolean }) =>
    change(() => api.request("PATCH /api/queue/{project}/{run}", { params: params(run), json }));
  const takeOut = (run: Run) =>
    change(() => api.request("DELETE /api/queue/{project}/{run}", { params: params(run) }));
  const pause = (run: Run) =>
    change(() =>
      api.request("POST /api/projects/{project}/runs/{run}/pause", { params: params(run) }),
    );
  const { running, waiting } = data;
  return (
    <>
      <PageHead title={t("title")}>{t("lead")}</PageHead>
      <div className="page page-scroll">
        {running.length + waiting.length === 0 ? (
          <Empty title={t("empty")}>{t("emptyBody")}</Empty>
        ) : (
          <Table
            label={t("title")}
            columns={[
              t("place"),
              t("project"),
              t("run"),
              t("state"),
              { name: t("actions"), unseen: true },
            ]}
          >
            {running.map((run) => (
              <tr key={run.run}>
                <td>–</td>
                <Names run={run} />
                <td>{t("running")}</td>
                <td className="num-r">
                  <button type="button" className="btn btn-sm" onClick={() => void pause(run)}>
                    {t("pause")}
                  </button>
                </td>
              </tr>
            ))}
            {waiting.map((run) => (
              <tr key={run.run}>
                <td>{run.position}</td>
                <Names run={run} />
                <td>
                  {run.held ? t("held") : t("waits")}
                  {run.resumes && <span className="muted"> · {t("goesOn")}</span>}
                </td>
                <td className="num-r">
                  <div className="row" style={{ justifyContent: "flex-end" }}>
                    <Move run={run} way="up" onMove={patch} off={run.position === 1} />
                    <Move
                      run={run}
                      way="down"
                      onMove={patch}
                      off={run.position === waiting.length}
                    />
                    <button
                      type="button"
                      className="btn btn-sm"
                      onClick={() => void patch(run, { held: !run.held })}
                    >
                      {run.held ? t("release") : t("hold")}
                    </button>
                    <button type="button" className="btn btn-sm" onClick={() => void takeOut(run)}>
                      {t("takeOut")}
                    </button>
                  </div>
                </td>
              </tr>
            ))}
          </Table>
        )}
      </div>
    </>
  );
}

function Names({ run }: { run: Run }) {
  const { t } = useTranslation("queue");
  return (
    <>
      <td>{run.project_name}</td>
      <td>
        <Link
          className="link"
          to="/projects/$project/runs/$run"
          params={{ project: run.project, run: run.run }}
        >
          {t("run")} {run.number}
        </Link>
      </td>
    </>
  );
}

function Move(props: {
  run: Run & { position: number };
  way: "up" | "down";
  off: boolean;
  onMove: (run: Run, json: { position: number }) => Promise<void>;
}) {
  const { t } = useTranslation("queue");
  const { run, way } = props;
  const name = t("named", { project: run.project_name, number: run.number });
  const position = run.position + (way === "up" ? -1 : 1);
  return (
    <button
      type="button"
      className="btn btn-quiet btn-icon btn-sm"
      aria-label={t(way, { name })}
      disabled={props.off}
      onClick={() => void props.onMove(run, { position })}
    >
      <Icon name={way} />
    </button>
  );
}
