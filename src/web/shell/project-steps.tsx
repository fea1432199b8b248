import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { RunReply } from "#contract/routes/runs.ts";
import { modelName } from "../app/model-name.ts";
import { queries } from "../app/queries.ts";
import { useFormat } from "../i18n/format.ts";
import { Icon } from "../ui/icon.tsx";
import { StepNode, type StepState } from "./step-node.tsx";

const sections = ["examples", "model", "training", "result"] as const;
export type ProjectSection = (typeof sections)[number];

/** The four steps of a project on one string, each with where it stands. */
export function ProjectSteps({ project }: { project: string }) {
  const { t } = useTranslation("shell");
  const { data, error } = useQuery(queries.project(project));
  const { data: list } = useQuery(queries.runs(project));
  const { data: account } = useQuery(queries.account(project));
  const summary = useSummaries(account?.ledger.train, data?.model, list?.runs ?? []);
  return (
    <>
      <Link className="rail-back" to="/">
        <Icon name="back" small />
        {t("allProjects")}
      </Link>
      <div className="rail-name">{data?.name ?? (error ? project : "…")}</div>
      {(data || !error) && (
        <StepLinks project={project} summary={summary} runs={list?.runs.length ?? 0} />
      )}
    </>
  );
}

function StepLinks(props: { project: string; summary: Summaries; runs: number }) {
  const { t } = useTranslation("shell");
  const { project, summary } = props;
  return (
    <>
      <nav aria-label={t("steps")}>
        <ol className="string">
          {sections.map((section) => (
            <li key={section} className={summary[section].state === "todo" ? "todo-next" : ""}>
              <Link
                to="/projects/$project/$section"
                params={{ project, section }}
                activeProps={{ "aria-current": "page" }}
              >
                <StepNode state={summary[section].state} />
                <b>{t(section)}</b>
                <small>{summary[section].text}</small>
              </Link>
            </li>
          ))}
        </ol>
      </nav>
      <nav className="runs-nav" aria-label={t("allRuns")}>
        <Link
          className="navlink"
          to="/projects/$project/history"
          params={{ project }}
          activeProps={{ "aria-current": "page" }}
        >
          <Icon name="clock" />
          {t("allRuns")}
          <span className="end">{props.runs}</span>
        </Link>
      </nav>
    </>
  );
}

type Summaries = Record<ProjectSection, { state: StepState; text: string }>;

function useSummaries(
  rows: number | undefined,
  model: string | undefined,
  runs: readonly RunReply[],
): Summaries {
  const { t } = useTranslation("shell");
  const format = useFormat();
  const active = runs.find(({ state }) => state.status === "running" || state.status === "queued");
  const last = runs.find(({ state }) => state.verdict !== null);
  const hasRows = rows !== undefined && rows > 0;
  return {
    examples: {
      state: hasRows ? "done" : "here",
      text: hasRows ? t("rows", { count: rows }) : t("noRowsYet"),
    },
    model: { state: model ? "done" : "todo", text: model ? modelName(model) : "" },
    training: active
      ? {
          state: "live",
          text: t("runProgress", {
            number: active.number,
            share: format.percent(active.state.step / Math.max(1, active.state.totalSteps)),
          }),
        }
      : {
          state: runs.length > 0 ? "done" : hasRows ? "here" : "todo",
          text: t("runs", { count: runs.length }),
        },
    result: last
      ? {
          state: last.state.verdict === "better" ? "better" : "unsure",
          text: t("runVerdict", {
            number: last.number,
            verdict: t(`verdict_${last.state.verdict ?? "not_measured"}`),
          }),
        }
      : { state: "todo", text: t("noRunYet") },
  };
}
