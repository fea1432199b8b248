import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ReplyOf } from "#contract/client.ts";
import type { RunReply } from "#contract/routes/runs.ts";
import { sentenceOf } from "../../app/api.ts";
import { queries } from "../../app/queries.ts";
import { PageHead } from "../../shell/app-shell.tsx";
import { Empty } from "../../ui/empty.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Note } from "../../ui/note.tsx";
import { SearchField } from "../../ui/search-field.tsx";
import { Select } from "../../ui/select.tsx";
import { FileDrop } from "./file-drop.tsx";
import { NameDialog } from "./name-dialog.tsx";
import { ProjectCard, type ProjectCardData } from "./project-card.tsx";
import { cardState } from "./project-state.ts";
import { useProjectActions } from "./use-project-actions.ts";

const sorts = ["changed", "name", "result"] as const;
type Sort = (typeof sorts)[number];

export function ProjectsPage() {
  const { t } = useTranslation(["projects", "common"]);
  const projects = useQuery(queries.projects());
  const runs = useQuery(queries.allRuns());
  const actions = useProjectActions();
  const [text, setText] = useState("");
  const [sort, setSort] = useState<Sort>("changed");
  const [dialog, setDialog] = useState<"new" | ProjectCardData | null>(null);
  const all = projects.data?.projects ?? [];
  const runsOf = (slug: string) => runs.data?.runs.filter((run) => run.project === slug);
  const shown = sorted(
    all.filter((project) => project.name.toLowerCase().includes(text.trim().toLowerCase())),
    sort,
    runsOf,
  );
  return (
    <FileDrop onFiles={(files) => void actions.createFromFiles(files)}>
      <PageHead
        title={t("title")}
        actions={
          <>
            <SearchField label={t("search")} value={text} onChange={setText} />
            <div style={{ inlineSize: "12rem" }}>
              <Select
                label={t("sort")}
                value={sort}
                options={[
                  { value: "changed", label: t("sortChanged") },
                  { value: "name", label: t("sortName") },
                  { value: "result", label: t("sortResult") },
                ]}
                onChange={(value) => setSort(value as Sort)}
              />
            </div>
            <button type="button" className="btn btn-primary" onClick={() => setDialog("new")}>
              <Icon name="plus" />
              {t("new")}
            </button>
          </>
        }
      >
        {projects.data && t("count", { count: all.length })}
      </PageHead>
      <div className="page page-scroll">
        {projects.data?.problems.map((problem) => (
          <Note key={problem.message} tone="bad" title={t("problem")} code={problem.code}>
            {problem.message}
          </Note>
        ))}
        {projects.isError ? (
          <LoadError error={projects.error} onRetry={() => void projects.refetch()} />
        ) : projects.isPending ? (
          <Skeleton />
        ) : text !== "" && shown.length === 0 ? (
          <Empty
            title={t("noHitTitle", { text })}
            actions={
              <button type="button" className="btn" onClick={() => setText("")}>
                {t("clearSearch")}
              </button>
            }
          >
            {t("noHitBody", { count: all.length })}
          </Empty>
        ) : (
          <ul className="ruled">
            {shown.map((project) => (
              <ProjectCard
                key={project.slug}
                project={project}
                runs={runsOf(project.slug)}
                onRename={() => setDialog(project)}
                onDuplicate={() => void actions.duplicate(project)}
                onDelete={() => void actions.remove(project)}
              />
            ))}
            <li style={{ display: "contents" }}>
              <button type="button" className="new" onClick={() => setDialog("new")}>
                <Icon name="plus" />
                <span className="serif" style={{ fontSize: "var(--text-xl)" }}>
                  {t("new")}
                </span>
                <span className="muted">{t("newHint")}</span>
              </button>
            </li>
          </ul>
        )}
      </div>
      {dialog !== null && (
        <NameDialog
          title={dialog === "new" ? t("new") : t("renameTitle", { name: dialog.name })}
          action={dialog === "new" ? t("create") : t("common:save")}
          initial={dialog === "new" ? "" : dialog.name}
          onSubmit={(name) =>
            dialog === "new" ? actions.create(name) : actions.rename(dialog, name)
          }
          onClose={() => setDialog(null)}
        />
      )}
    </FileDrop>
  );
}

type Projects = ReplyOf<"GET /api/projects">["projects"];

function sorted(
  list: Projects,
  sort: Sort,
  runsOf: (slug: string) => RunReply[] | undefined,
): Projects {
  if (sort === "name") return list.toSorted((a, b) => a.name.localeCompare(b.name));
  if (sort === "changed") return list.toSorted((a, b) => b.updated_at.localeCompare(a.updated_at));
  const gain = (slug: string) => {
    const { base, tuned } = cardState(runsOf(slug) ?? []).run?.state.scores ?? {};
    return (tuned?.exactMatch ?? Number.NEGATIVE_INFINITY) - (base?.exactMatch ?? 0);
  };
  return list.toSorted((a, b) => gain(b.slug) - gain(a.slug));
}

function LoadError({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const { t } = useTranslation(["projects", "common"]);
  const { message, code } = sentenceOf(error);
  return (
    <Note
      tone="bad"
      title={t("failedToLoad")}
      code={code}
      actions={
        <button type="button" className="btn btn-sm" onClick={onRetry}>
          {t("common:retry")}
        </button>
      }
    >
      {message}
    </Note>
  );
}

function Skeleton() {
  const { t } = useTranslation("common");
  return (
    <ul className="ruled late" role="status" aria-label={t("loading")}>
      {[0, 1, 2].map((index) => (
        <li key={index} className="cell proj" aria-hidden="true">
          <div className="sk" style={{ inlineSize: "40%" }} />
          <div className="sk mt-3" style={{ inlineSize: "75%", blockSize: "1rem" }} />
          <div className="sk mt-3" style={{ inlineSize: "55%" }} />
        </li>
      ))}
    </ul>
  );
}
