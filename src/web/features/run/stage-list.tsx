import { useTranslation } from "react-i18next";
import { bodySentence } from "#contract/body-sentence.ts";
import type { RunState } from "#contract/run.ts";
import { useFormat } from "../../i18n/format.ts";
import type { PageLanguage } from "../../i18n/index.ts";

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

/** Every stage of the run, each with what it is doing or how long it took. */
export function StageList({ stages }: { stages: readonly StageState[] }) {
  const { t } = useTranslation("run");
  const done = stages.filter(({ status }) => status === "finished" || status === "skipped").length;
  return (
    <section className="rn-st" aria-label={t("stages")} tabIndex={0}>
      <div className="sec-head">
        <h2>{t("stages")}</h2>
        <span className="end muted">{t("stagesDone", { done, total: stages.length })}</span>
      </div>
      <ol className="stages">
        {stages.map((stage) => (
          <li
            key={stage.stage}
            className={classes[stage.status]}
            aria-current={stage.status === "running" ? "step" : undefined}
          >
            <span className="stm">
              <svg viewBox="0 0 12 12" aria-hidden="true">
                {marks[stage.status]}
              </svg>
            </span>
            <div className="grow">
              <b>{t(`stage_${stage.stage}`)}</b>
              <StageNote stage={stage} />
            </div>
            <StageTime stage={stage} />
          </li>
        ))}
      </ol>
    </section>
  );
}

function StageNote({ stage }: { stage: StageState }) {
  const { i18n } = useTranslation();
  const format = useFormat();
  if (stage.status === "waiting") return <div className="term">{stage.stage}</div>;
  if (stage.reason)
    return (
      <div className="muted sm">{bodySentence(stage.reason, i18n.language as PageLanguage)}</div>
    );
  if (stage.status !== "running" || stage.total === null || stage.done === null) return null;
  const show = stage.unit === "bytes" ? format.bytes : (value: number) => format.number(value);
  return (
    <div className="muted sm">
      {show(stage.done)} / {show(stage.total)} {stage.unit === "bytes" ? "" : stage.unit}
    </div>
  );
}

function StageTime({ stage }: { stage: StageState }) {
  const { t } = useTranslation("run");
  const format = useFormat();
  if (stage.status === "skipped") return <span className="muted sm">{t("skipped")}</span>;
  if (stage.seconds === null) return null;
  const time =
    stage.seconds < 10 ? `${format.number(stage.seconds, 1)} s` : format.duration(stage.seconds);
  return <span className="muted sm nowrap">{time}</span>;
}
