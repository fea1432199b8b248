import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { RunReply } from "#contract/routes/runs.ts";
import { queries } from "../../app/queries.ts";
import { useFormat } from "../../i18n/format.ts";
import { PageHead } from "../../shell/app-shell.tsx";
import { Empty } from "../../ui/empty.tsx";
import { Icon } from "../../ui/icon.tsx";
import { PassportDialog } from "../passport/passport-dialog.tsx";
import { Curves } from "./curves.tsx";
import { DeleteRuns } from "./delete-runs.tsx";
import { BrokenRuns } from "./broken-runs.tsx";
import { ImportRun } from "./import-run.tsx";
import { RunTable, isActive } from "./run-table.tsx";

/** As many as can be told apart without colour. */
const mostCurves = 6;

/** Every run of a project: what differs, what came of it, and how much room it takes. */
export function HistoryPage() {
  const { t } = useTranslation("history");
  const format = useFormat();
  const { project } = useParams({ from: "/projects/$project/history" });
  const { data } = useQuery(queries.runs(project));
  const { data: sizes } = useQuery(queries.runSizes(project));
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [deleting, setDeleting] = useState<readonly RunReply[]>([]);
  const [shown, setShown] = useState<RunReply | null>(null);
  if (!data) return null;
  // In the list's order, so that a run keeps its line whatever is chosen after it.
  const selected = data.runs.filter((run) => chosen.includes(run.id));
  const bytesOf = (run: RunReply) => sizes?.runs.find(({ id }) => id === run.id)?.bytes ?? null;
  const total = (runs: readonly RunReply[]) => {
    const all = runs.map(bytesOf);
    return all.some((bytes) => bytes === null)
      ? null
      : all.reduce<number>((sum, bytes) => sum + (bytes ?? 0), 0);
  };
  const best = bestOf(data.runs);
  const all = total(data.runs);
  const ended = selected.filter(({ state }) => !isActive(state.status));
  const freed = total(ended);
  return (
    <>
      <PageHead
        title={t("title")}
        actions={
          selected.length === 0 ? (
            <>
              <ImportRun />
              <Link className="btn" to="/projects/$project/sweeps" params={{ project }}>
                {t("trySettings")}
              </Link>
            </>
          ) : (
            <>
              <span className="muted">{t("chosen", { count: selected.length })}</span>
              {selected.length > 1 && (
                <Link
                  className="btn btn-primary"
                  to="/projects/$project/compare"
                  params={{ project }}
                  search={{ runs: selected.map(({ id }) => id).join() }}
                >
                  {t("compare")}
                </Link>
              )}
              <button
                type="button"
                className="btn"
                disabled={ended.length === 0}
                onClick={() => setDeleting(ended)}
              >
                <Icon name="trash" />
                {freed === null || ended.length === 0
                  ? t("delete")
                  : t("deleteBytes", { bytes: format.bytes(freed) })}
              </button>
            </>
          )
        }
      >
        {data.runs.length > 0 &&
          [
            t("count", { count: data.runs.length }),
            ...(all === null ? [] : [format.bytes(all)]),
            ...(best ? [t("best", { number: best.number })] : []),
          ].join(", ")}
      </PageHead>
      <div className="page page-scroll hs">
        <BrokenRuns project={project} problems={data.problems} />
        {data.runs.length === 0 ? (
          <Empty
            title={t("empty")}
            actions={
              <Link
                className="btn btn-primary"
                to="/projects/$project/$section"
                params={{ project, section: "training" }}
              >
                {t("goToTraining")}
              </Link>
            }
          >
            {t("emptyBody")}
          </Empty>
        ) : (
          <>
            {selected.length === 0 ? (
              <p className="muted">{t("lead")}</p>
            ) : (
              <Curves project={project} runs={selected} />
            )}
            <RunTable
              runs={data.runs}
              selected={selected}
              full={selected.length >= mostCurves}
              bytesOf={bytesOf}
              onSelect={(id, on) =>
                setChosen(on ? [...chosen, id] : chosen.filter((one) => one !== id))
              }
              onDelete={(run) => setDeleting([run])}
              onPassport={setShown}
            />
            <p className="sm muted mt-4">{t("gainNote")}</p>
          </>
        )}
      </div>
      {shown && <PassportDialog run={shown} onClose={() => setShown(null)} />}
      {deleting.length > 0 && (
        <DeleteRuns
          runs={deleting}
          bytes={total(deleting)}
          onClose={() => setDeleting([])}
          onDeleted={(gone) => setChosen(chosen.filter((id) => !gone.includes(id)))}
        />
      )}
    </>
  );
}

/** The one that gained most, where all were judged by the same measure. */
function bestOf(runs: readonly RunReply[]): RunReply | undefined {
  const judged = runs.filter(({ state }) => typeof state.scores?.interval?.mean === "number");
  const measures = new Set(judged.map(({ state }) => state.scores?.decidedBy));
  if (measures.size !== 1 || judged.length < 2) return undefined;
  // Of losses the lower one is better.
  const sign = measures.has("loss") ? -1 : 1;
  const gain = ({ state }: RunReply) => sign * (state.scores?.interval?.mean ?? 0);
  return judged.toSorted((a, b) => gain(b) - gain(a))[0];
}
