import { Link } from "@tanstack/react-router";
import { Suspense, lazy } from "react";
import { useTranslation } from "react-i18next";
import type { ReplyOf } from "#contract/client.ts";
import type { RunReply } from "#contract/routes/runs.ts";
import { modelName } from "../../app/model-name.ts";
import { useFormat } from "../../i18n/format.ts";
import { IntervalScale } from "../../ui/interval-scale.tsx";
import { Mark } from "../../ui/mark.tsx";
import { Menu } from "../../ui/menu.tsx";
import { Progress } from "../../ui/progress.tsx";
import { cardState, stateTone } from "./project-state.ts";

// Only for whom a run has failed: the first load stays small.
const RunFault = lazy(async () => ({ default: (await import("./run-fault.tsx")).RunFault }));

export type ProjectCardData = ReplyOf<"GET /api/projects">["projects"][number];

/** One project in the grid: model, examples, last result, and where its four steps stand. */
export function ProjectCard(props: {
  project: ProjectCardData;
  /** Undefined until they are loaded: then nothing is said that they decide. */
  runs: readonly RunReply[] | undefined;
  onRename: () => void;
  onDuplicate: () => void;
  onDelete: () => void;
}) {
  const { project, runs } = props;
  const { t } = useTranslation(["projects", "common"]);
  const format = useFormat();
  const { state, run } = runs ? cardState(runs) : {};
  const shape = state === "better" ? { shape: "up" as const } : {};
  return (
    <li className="cell proj">
      <div className="row row-between">
        {state ? (
          <Mark tone={stateTone[state]} {...shape}>
            {t(`state_${state}`)}
          </Mark>
        ) : (
          <span />
        )}
        <Menu
          label={t("more", { name: project.name })}
          entries={[
            { icon: "pencil", label: t("common:rename"), onSelect: props.onRename },
            { icon: "copy", label: t("common:duplicate"), onSelect: props.onDuplicate },
            {
              icon: "trash",
              label: t("common:delete"),
              danger: true,
              disabled: project.active_run !== null,
              onSelect: props.onDelete,
            },
          ]}
        />
      </div>
      <h2>
        <Link
          to="/projects/$project/$section"
          params={{ project: project.slug, section: landingSection(project, runs) }}
        >
          {project.name}
        </Link>
      </h2>
      <p className="muted mt-1">
        {t("subtitle", {
          model: modelName(project.model),
          rows:
            project.rows === null
              ? t("files", { count: project.data.length })
              : t("rows", { count: project.rows, n: format.number(project.rows) }),
        })}
      </p>
      <div className="mid">{runs && <CardMiddle project={project} run={run} />}</div>
      <div className="foot">
        {runs ? <StepsMini done={stepsDone(project, runs)} state={state} /> : <span />}
        <span>{format.ago(project.updated_at)}</span>
      </div>
    </li>
  );
}

/** The step at which the work stands, so that a click leads on instead of back. */
function landingSection(project: ProjectCardData, runs: readonly RunReply[] = []): string {
  if (project.data.length === 0) return "examples";
  return runs.some((run) => run.state.verdict !== null) ? "result" : "training";
}

function stepsDone(project: ProjectCardData, runs: readonly RunReply[]): number {
  if (project.data.length === 0) return 0;
  if (runs.length === 0) return 2;
  return runs.some((run) => run.state.verdict !== null) ? 4 : 2;
}

function CardMiddle({ project, run }: { project: ProjectCardData; run: RunReply | undefined }) {
  const { t } = useTranslation("projects");
  const format = useFormat();
  if (run?.state.status === "running") {
    const { step, totalSteps, secondsLeft } = run.state;
    const progress = t("progress", {
      step: format.number(step),
      total: format.number(totalSteps),
    });
    return (
      <>
        <Progress value={totalSteps > 0 ? step / totalSteps : undefined} label={progress} />
        <p className="sm soft mt-1">
          {progress}
          {secondsLeft !== null && `, ${t("left", { time: format.duration(secondsLeft) })}`}
        </p>
      </>
    );
  }
  if (run?.state.status === "queued") return <p className="soft">{t("waits")}</p>;
  const interval = run?.state.scores?.interval;
  if (
    run &&
    interval &&
    interval.mean !== null &&
    interval.low !== null &&
    interval.high !== null
  ) {
    const points = (share: number) => Math.round(share * 100);
    const tone =
      run.state.verdict === "better" ? "good" : run.state.verdict === "worse" ? "bad" : "warn";
    return (
      <>
        <IntervalScale
          tone={tone}
          mini
          mean={points(interval.mean)}
          from={points(interval.low)}
          to={points(interval.high)}
        />
        <p className="sm soft">
          {t("gain", {
            number: run.number,
            mean: format.signed(points(interval.mean)),
            low: format.signed(points(interval.low)),
            high: format.signed(points(interval.high)),
          })}
        </p>
      </>
    );
  }
  if (run?.state.error)
    return (
      <Suspense fallback={null}>
        <RunFault error={run.state.error} />
      </Suspense>
    );
  return <p className="soft">{project.data.length === 0 ? t("addExamples") : t("ready")}</p>;
}

const places = [6, 30, 54, 78];

function StepsMini({ done, state }: { done: number; state: string | undefined }) {
  const { t } = useTranslation("projects");
  return (
    <svg
      className="steps-mini"
      viewBox="0 0 84 12"
      role="img"
      aria-label={t("stepsDone", { count: done })}
    >
      <path d="M6 6h72" stroke="var(--rule-firm)" fill="none" />
      {places.map((x, index) =>
        index < done ? (
          <circle key={x} cx={x} cy="6" r="3.5" fill="var(--ink-2)" />
        ) : (
          <circle
            key={x}
            cx={x}
            cy="6"
            r={state === "training" && index === done ? 4.5 : 3}
            fill="var(--paper)"
            stroke={index === done ? "var(--accent)" : "var(--edge)"}
          />
        ),
      )}
    </svg>
  );
}
