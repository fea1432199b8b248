import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { RunReply } from "#contract/routes/runs.ts";
import { queries } from "../app/queries.ts";
import { useFormat } from "../i18n/format.ts";
import { Fact } from "../ui/fact.tsx";
import { Mark } from "../ui/mark.tsx";

/** The strip at the bottom: what runs now. Its top edge is the string, plucked where the job stands. */
export function Strip() {
  const { t } = useTranslation("shell");
  const { data } = useQuery(queries.allRuns());
  const running = data?.runs.find(({ state }) => state.status === "running");
  const waiting = data?.runs.filter(({ state }) => state.status === "queued").length ?? 0;
  return (
    <footer className={running ? "strip" : "strip idle"} aria-label={t("runningJob")}>
      {running ? <Running run={running} /> : <Mark tone="none">{t("nothingTraining")}</Mark>}
      <div className="end">
        <Link className="btn btn-sm btn-quiet" to="/queue">
          {t("queueLabel")} {waiting === 0 ? t("queueEmpty") : t("queueCount", { count: waiting })}
        </Link>
        {running && (
          <Link
            className="btn btn-sm"
            to="/projects/$project/runs/$run"
            params={{ project: running.project, run: running.id }}
          >
            {t("openRun")}
          </Link>
        )}
      </div>
    </footer>
  );
}

function Running({ run }: { run: RunReply }) {
  const { t } = useTranslation("shell");
  const format = useFormat();
  const { state, spec } = run;
  const share = state.totalSteps > 0 ? state.step / state.totalSteps : 0;
  const title = t("runOf", { project: spec.project.name, number: run.number });
  return (
    <>
      <div
        className="line"
        style={{ "--p": share } as React.CSSProperties}
        role="progressbar"
        aria-valuenow={Math.round(share * 100)}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-label={title}
      >
        <i />
        <svg viewBox="0 0 56 14" aria-hidden="true">
          <path
            className="wave-a"
            d="M0 7C4 0 8 0 12 7s8 7 12 0 8-5 11 0 6 3.5 8.5 0 5-1.6 12.5 0"
          />
        </svg>
      </div>
      <div className="what">
        <Mark tone="live">{t("trainingNow")}</Mark>
        <b>{title}</b>
      </div>
      <dl>
        {state.totalSteps > 0 && (
          <Fact name={t("step")}>
            {t("stepOf", {
              step: format.number(state.step),
              total: format.number(state.totalSteps),
            })}
          </Fact>
        )}
        {state.heldOutLoss !== null && (
          <Fact name={t("heldOutLoss")}>{format.number(state.heldOutLoss, 2)}</Fact>
        )}
        {state.secondsLeft !== null && (
          <Fact name={t("about")}>{t("left", { time: format.duration(state.secondsLeft) })}</Fact>
        )}
      </dl>
    </>
  );
}
