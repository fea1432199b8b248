import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { api, sentenceOf } from "../../app/api.ts";
import { queries, queryClient } from "../../app/queries.ts";
import { PageHead } from "../../shell/app-shell.tsx";
import { Empty } from "../../ui/empty.tsx";
import { say } from "../../ui/toast.tsx";

export function QueuePage() {
  const { t } = useTranslation("pages");
  const { data } = useQuery(queries.allRuns());
  if (!data) return null;
  const active = data.runs
    .filter(({ state }) => state.status === "running" || state.status === "queued")
    .toSorted((a, b) => a.id.localeCompare(b.id));
  const takeOut = async (project: string, run: string) => {
    try {
      await api.request("POST /api/projects/{project}/runs/{run}/cancel", {
        params: { project, run },
      });
      await queryClient.invalidateQueries({ queryKey: ["runs"] });
    } catch (error) {
      say(sentenceOf(error).message);
    }
  };
  return (
    <>
      <PageHead title={t("queueTitle")}>{t("queueLead")}</PageHead>
      <div className="page page-scroll">
        {active.length === 0 ? (
          <Empty title={t("queueEmpty")}>{t("queueEmptyBody")}</Empty>
        ) : (
          <div className="table-scroll" tabIndex={0} role="region" aria-label={t("queueTitle")}>
            <table className="table">
              <thead>
                <tr>
                  <th scope="col">{t("project")}</th>
                  <th scope="col">{t("run")}</th>
                  <th scope="col">{t("status")}</th>
                  <th scope="col">
                    <span className="vh">{t("takeOut")}</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {active.map((run) => (
                  <tr key={run.id}>
                    <td>{run.spec.project.name}</td>
                    <td>
                      <Link
                        className="link"
                        to="/projects/$project/runs/$run"
                        params={{ project: run.project, run: run.id }}
                      >
                        {t("run")} {run.number}
                      </Link>
                    </td>
                    <td>{t(`status_${run.state.status}`)}</td>
                    <td className="num-r">
                      <button
                        type="button"
                        className="btn btn-sm"
                        onClick={() => void takeOut(run.project, run.id)}
                      >
                        {t("takeOut")}
                      </button>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </div>
    </>
  );
}
