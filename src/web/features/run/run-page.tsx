import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { memo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ReplyOf } from "#contract/client.ts";
import { api, sentenceOf } from "../../app/api.ts";
import { offerOf } from "#contract/run-offer.ts";
import { queries, queryClient } from "../../app/queries.ts";
import { useFormat } from "../../i18n/format.ts";
import { PageHead } from "../../shell/app-shell.tsx";
import { LoadFault } from "../../shell/load-fault.tsx";
import { Confirm } from "../../ui/dialog.tsx";
import { Icon } from "../../ui/icon.tsx";
import { say } from "../../ui/toast.tsx";
import { Measures } from "./measures.tsx";
import { RunChart } from "./run-chart.tsx";
import { RunLog } from "./run-log.tsx";
import { RunNotes } from "./run-notes.tsx";
import { RunOffer } from "./run-offer.tsx";
import { StageList } from "./stage-list.tsx";
import { useStill } from "./use-still.ts";

type Run = ReplyOf<"GET /api/projects/{project}/runs/{run}">;

export function RunPage() {
  const { project, run: id } = useParams({ from: "/projects/$project/runs/$run" });
  const { t } = useTranslation(["shell", "run"]);
  const { data: run, error, refetch } = useQuery(queries.run(project, id));
  const still = useStill(run);
  if (error && !run)
    return (
      <LoadFault
        error={error}
        onRetry={() => void refetch()}
        title={t("run:unreadable")}
        elsewhere={
          <Link className="btn btn-sm" to="/projects/$project/history" params={{ project }}>
            {t("run:toHistory")}
          </Link>
        }
      />
    );
  if (!run || !still)
    return (
      <p className="page soft mt-6 late" role="status">
        {t("loading")}
      </p>
    );
  return (
    <>
      <Head run={still} />
      <div className="page rn">
        <RunNotes run={still} />
        <RunOffer run={still} />
        <Measures run={run} />
        <div className="rn-grid">
          <StageList run={run} />
          <div className="rn-main">
            <RunChart run={run} />
            <RunLog run={still} />
          </div>
        </div>
      </div>
    </>
  );
}

const Head = memo(function Head({ run }: { run: Run }) {
  const { t } = useTranslation("run");
  const format = useFormat();
  const [asking, setAsking] = useState(false);
  const { status, startedAt, endedAt, wish } = run.state;
  const params = { project: run.project, run: run.id };
  const act = async (what: "cancel" | "pause" | "resume") => {
    try {
      await api.request(`POST /api/projects/{project}/runs/{run}/${what}`, { params });
      await queryClient.invalidateQueries({ queryKey: ["run", run.project, run.id] });
    } catch (error) {
      say(sentenceOf(error).message);
    }
  };
  const active = status === "running" || status === "queued";
  const { data: queue } = useQuery({ ...queries.queue(), enabled: status === "queued" });
  const place = queue?.waiting.find((one) => one.project === run.project && one.run === run.id);
  const time = status === "running" ? startedAt : endedAt;
  return (
    <PageHead
      title={t("title", { number: run.number })}
      actions={
        <>
          {active && (
            <>
              <button
                type="button"
                className="btn"
                disabled={wish !== null}
                onClick={() => void act("pause")}
              >
                <Icon name="pause" />
                {t("pause")}
              </button>
              <button
                type="button"
                className="btn btn-danger"
                disabled={wish !== null}
                onClick={() => setAsking(true)}
              >
                <Icon name="stop" />
                {t("cancel")}
              </button>
            </>
          )}
          {!active && status !== "finished" && (
            <button
              type="button"
              className={offerOf(run) ? "btn" : "btn btn-primary"}
              onClick={() => void act("resume")}
            >
              <Icon name="play" />
              {t("resume")}
            </button>
          )}
          {status === "finished" && (
            <Link
              className="btn btn-primary"
              to="/projects/$project/$section"
              params={{ project: run.project, section: "result" }}
            >
              {t("toResult")}
            </Link>
          )}
          <Confirm
            open={asking}
            title={t("cancelTitle")}
            action={t("cancel")}
            onConfirm={() => void act("cancel")}
            onClose={() => setAsking(false)}
          >
            {t("cancelBody")}
          </Confirm>
        </>
      }
    >
      {wish !== null && active
        ? t("wished")
        : t(status === "queued" && place?.held ? "lead_held" : `lead_${status}`, {
            time: time ? format.time(time) : "",
          })}
      {queue && place && ` ${t("position", { count: queue.running.length + place.position - 1 })}`}
    </PageHead>
  );
});
