import { useQueries, useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { RunReply } from "#contract/routes/runs.ts";
import { api, sentenceOf } from "../../app/api.ts";
import { queries, queryClient } from "../../app/queries.ts";
import { useFormat } from "../../i18n/format.ts";
import { PageHead } from "../../shell/app-shell.tsx";
import { Chart } from "../../ui/chart.tsx";
import { Confirm } from "../../ui/dialog.tsx";
import { Empty } from "../../ui/empty.tsx";
import { Icon } from "../../ui/icon.tsx";
import { say } from "../../ui/toast.tsx";
import { differingSettings } from "./differing-settings.ts";

const mostCurves = 6;

export function HistoryPage() {
  const { t } = useTranslation(["pages", "common"]);
  const format = useFormat();
  const { project } = useParams({ from: "/projects/$project/history" });
  const { data } = useQuery(queries.runs(project));
  const [selected, setSelected] = useState<readonly string[]>([]);
  const [deleting, setDeleting] = useState<RunReply | null>(null);
  if (!data) return null;
  const remove = async (run: RunReply) => {
    try {
      await api.request("DELETE /api/projects/{project}/runs/{run}", {
        params: { project, run: run.id },
      });
      await queryClient.invalidateQueries({ queryKey: ["runs"] });
      say(t("deleted", { number: run.number }));
    } catch (error) {
      say(sentenceOf(error).message);
    }
  };
  return (
    <>
      <PageHead title={t("historyTitle")}>{t("historyLead")}</PageHead>
      <div className="page page-scroll hs">
        {data.runs.length === 0 ? (
          <Empty title={t("historyEmpty")}>{t("historyEmptyBody")}</Empty>
        ) : (
          <>
            <Curves project={project} runs={data.runs.filter((run) => selected.includes(run.id))} />
            <div className="table-scroll" tabIndex={0} role="region" aria-label={t("historyTitle")}>
              <table className="table hist">
                <thead>
                  <tr>
                    <th scope="col">
                      <span className="vh">{t("curves")}</span>
                    </th>
                    <th scope="col">{t("run")}</th>
                    <th scope="col">{t("status")}</th>
                    <th scope="col">{t("started")}</th>
                    <th scope="col" className="num-r">
                      {t("score")}
                    </th>
                    <th scope="col">{t("differs")}</th>
                    <th scope="col">
                      <span className="vh">{t("common:delete")}</span>
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {data.runs.map((run) => (
                    <tr key={run.id}>
                      <td>
                        <input
                          type="checkbox"
                          className="check"
                          aria-label={t("compare", { number: run.number })}
                          checked={selected.includes(run.id)}
                          disabled={selected.length >= mostCurves && !selected.includes(run.id)}
                          onChange={(event) =>
                            setSelected(
                              event.target.checked
                                ? [...selected, run.id]
                                : selected.filter((id) => id !== run.id),
                            )
                          }
                        />
                      </td>
                      <td>
                        <Link
                          className="link"
                          to="/projects/$project/runs/$run"
                          params={{ project, run: run.id }}
                        >
                          {t("run")} {run.number}
                        </Link>
                      </td>
                      <td>{t(`status_${run.state.status}`)}</td>
                      <td className="nowrap">{format.date(run.spec.createdAt)}</td>
                      <td className="num-r">{scoreText(run, format.percent)}</td>
                      <td className="sm">
                        {differingSettings(run.spec).join(", ") || t("noDifference")}
                      </td>
                      <td>
                        <button
                          type="button"
                          className="btn btn-quiet btn-icon btn-sm"
                          aria-label={t("deleteRun", { number: run.number })}
                          disabled={run.state.status === "running" || run.state.status === "queued"}
                          onClick={() => setDeleting(run)}
                        >
                          <Icon name="trash" />
                        </button>
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          </>
        )}
      </div>
      {deleting && (
        <Confirm
          open
          title={t("deleteTitle", { number: deleting.number })}
          action={t("common:delete")}
          onConfirm={() => void remove(deleting)}
          onClose={() => setDeleting(null)}
        >
          {t("deleteBody")}
        </Confirm>
      )}
    </>
  );
}

function scoreText(run: RunReply, percent: (share: number) => string): string {
  const { base, tuned } = run.state.scores ?? {};
  if (typeof tuned?.exactMatch !== "number") return "–";
  return typeof base?.exactMatch === "number"
    ? `${percent(base.exactMatch)} → ${percent(tuned.exactMatch)}`
    : percent(tuned.exactMatch);
}

function Curves({ project, runs }: { project: string; runs: readonly RunReply[] }) {
  const { t } = useTranslation("pages");
  const format = useFormat();
  const results = useQueries({ queries: runs.map((run) => queries.curve(project, run.id)) });
  const curves = results.map((result) => result.data?.points ?? []);
  const lengths = curves.map((points) => points.length).join();
  const { x, series } = useMemo(() => {
    const steps = [...new Set(curves.flatMap((points) => points.map((point) => point.step)))].sort(
      (a, b) => a - b,
    );
    return {
      x: steps,
      series: runs.map((run, index) => {
        const byStep = new Map(curves[index]?.map((point) => [point.step, point.heldOutLoss]));
        return {
          label: `${t("run")} ${run.number}`,
          values: steps.map((step) => byStep.get(step) ?? null),
          style: index,
        };
      }),
    };
    // The curves of finished runs no longer change: their lengths tell whether they have arrived.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [lengths, runs.map((run) => run.id).join(), t]);
  if (runs.length === 0 || x.length === 0) return null;
  return (
    <Chart
      label={t("curves")}
      xLabel={t("steps")}
      x={x}
      series={series}
      formatValue={(value) => format.number(value, 2)}
      height={260}
    />
  );
}
