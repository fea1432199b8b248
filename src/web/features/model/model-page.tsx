import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, sentenceOf } from "../../app/api.ts";
import { queries, queryClient } from "../../app/queries.ts";
import { PageHead } from "../../shell/app-shell.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Note } from "../../ui/note.tsx";
import { FolderCard } from "./folder-card.tsx";
import { HubSearch } from "./hub-search.tsx";
import { matches, noFilters } from "./filters.ts";
import { ModelCard } from "./model-card.tsx";
import { ModelTools } from "./model-tools.tsx";
import { ThisComputer } from "./this-computer.tsx";
import { TokenDialog } from "./token-dialog.tsx";
import { useDownloads } from "./use-downloads.ts";

/** The model of a project: starter, catalogue, downloads, the hub, or a folder. */
export function ModelPage({ project: slug }: { project: string }) {
  const { t } = useTranslation("model");
  const { data: project } = useQuery(queries.project(slug));
  const { data: list, error: listError } = useQuery(queries.models(slug));
  const [error, setError] = useState<string | null>(null);
  const [filters, setFilters] = useState(noFilters);
  const [searched, setSearched] = useState("");
  const [asksToken, setAsksToken] = useState(false);
  const downloads = useDownloads();
  const ofFolder = folderOf(project?.model);
  // What a folder lacks is known as soon as a run of it is planned.
  const { error: unplanned } = useQuery({ ...queries.plan(slug), enabled: ofFolder !== null });
  if (!project) return null;
  const disabled = project.active_run !== null;
  const choose = async (model: string) => {
    try {
      const reply = await api.request("PATCH /api/projects/{project}", {
        params: { project: slug },
        json: { model },
      });
      queryClient.setQueryData(queries.project(slug).queryKey, reply);
      void queryClient.invalidateQueries({ queryKey: queries.plan(slug).queryKey });
      setError(null);
    } catch (cause) {
      setError(sentenceOf(cause).message);
    }
  };
  const card = {
    chosen: project.model,
    disabled,
    hub: list?.hub,
    downloads,
    onChoose: (id: string) => void choose(id),
    onToken: () => setAsksToken(true),
  };
  const models = list?.models ?? [];
  const shown = models.filter((model) => matches(model, filters));
  return (
    <>
      <PageHead
        title={t("title")}
        actions={
          <Link
            className="btn btn-primary"
            to="/projects/$project/$section"
            params={{ project: slug, section: "training" }}
          >
            {t("next")}
            <Icon name="forward" />
          </Link>
        }
      >
        {t("lead")}
      </PageHead>
      <div className="page page-scroll">
        <ModelTools
          models={models}
          filters={filters}
          offline={list?.hub.offline ?? false}
          onChange={setFilters}
          onSearch={setSearched}
        />
        <ThisComputer settings={list?.settings} hub={list?.hub} onToken={card.onToken} />
        {disabled && <Note tone="info" title={t("locked")} />}
        {listError && <Note tone="bad" title={sentenceOf(listError).message} />}
        {searched !== "" && (
          <HubSearch query={searched} known={models} card={card} onClose={() => setSearched("")} />
        )}
        <ul className="ruled mgrid" aria-label={t("list")}>
          {shown.map((model) => (
            <ModelCard key={model.id} model={model} {...card} />
          ))}
          <FolderCard
            chosen={ofFolder}
            disabled={disabled}
            error={error ?? (ofFolder === null ? null : modelFault(unplanned))}
            onChoose={(folder) => void choose(folder)}
          />
        </ul>
        <p className="muted mt-4">{t("inList", { count: shown.length })}</p>
      </div>
      <TokenDialog open={asksToken} hub={list?.hub} onClose={() => setAsksToken(false)} />
    </>
  );
}

/** The model where it is a folder of this computer. */
const folderOf = (model = ""): string | null => (/^([\\/]|[A-Za-z]:)/.test(model) ? model : null);

function modelFault(error: Error | null): string | null {
  if (!error) return null;
  const { code, message } = sentenceOf(error);
  return code?.startsWith("model_") ? message : null;
}
