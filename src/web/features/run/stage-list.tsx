import { memo } from "react";
import { useTranslation } from "react-i18next";
import type { RunSpec, RunState } from "#contract/run.ts";
import { useFormat } from "../../i18n/format.ts";
import { useStageNote } from "./stage-note.ts";

type StageState = RunState["stages"][number];

const marks = {
  finished: <path d="m1.5 6.5 3 3L10.5 3" fill="none" stroke="currentColor" strokeWidth="1.6" />,
  running: (
    <path
      className="wave-a"
      d="M.5 6C2 1.5 4 1.5 6 6s4 4.5 5.5 0"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.6"
    />
  ),
  waiting: <circle cx="6" cy="6" r="4.4" fill="none" stroke="currentColor" strokeWidth="1.3" />,
  skipped: <path d="M2 6h8" fill="none" stroke="currentColor" strokeWidth="1.6" />,
  failed: <path d="M6 10.5 11 1.5H1z" fill="currentColor" />,
} as const;
const classes = {
  finished: "st",
  running: "st live",
  waiting: "st todo",
  skipped: "st todo",
  failed: "st bad",
};

/** Every stage of the run, each with what it is doing, or what it found and how long it took. */
export function StageList({ run }: { run: { spec: RunSpec; state: RunState } }) {
  const { t } = useTranslation("run");
  const noteOf = useStageNote(run);
  const { stages } = run.state;
  const done = stages.filter(({ status }) => status === "finished" || status === "skipped").length;
  return (
    <section className="rn-st" aria-label={t("stages")} tabIndex={0}>
      <div className="sec-head">
        <h2>{t("stages")}</h2>
        <span className="end muted">{t("stagesDone", { done, total: stages.length })}</span>
      </div>
      <ol className="stages">
        {stages.map((stage, index) => (
          <StageItem
            key={stage.stage}
            stage={stage}
            // What keeps one stage from its work may keep the next, too; it is said once.
            note={
              stage.status === "waiting" ||
              stage.reason?.message === (stages[index - 1]?.reason?.message ?? "")
                ? undefined
                : (noteOf(stage) ?? (stage.status === "failed" ? t("stoppedHere") : undefined))
            }
          />
        ))}
      </ol>
    </section>
  );
}

/** Of a dozen stages one moves at a time. */
const StageItem = memo(function StageItem(props: { stage: StageState; note: string | undefined }) {
  const { t } = useTranslation("run");
  const { stage, note } = props;
  return (
    <li
      className={classes[stage.status]}
      aria-current={stage.status === "running" ? "step" : undefined}
    >
      <span className="stm">
        <svg viewBox="0 0 12 12" aria-hidden="true">
          {marks[stage.status]}
        </svg>
      </span>
      <div className="grow">
        <div className="row row-between row-top">
          <b>{t(`stage_${stage.stage}`)}</b>
          <StageTime stage={stage} />
        </div>
        {stage.status === "waiting" ? (
          <div className="term">{stage.stage}</div>
        ) : (
          note !== undefined && <div className="muted sm">{note}</div>
        )}
      </div>
    </li>
  );
});

function StageTime({ stage }: { stage: StageState }) {
  const { t } = useTranslation("run");
  const format = useFormat();
  if (stage.status === "skipped") return <span className="muted sm">{t("skipped")}</span>;
  if (stage.seconds === null) return null;
  return <span className="muted sm nowrap">{format.seconds(stage.seconds)}</span>;
}
