import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, sentenceOf } from "../../app/api.ts";
import { queries, queryClient } from "../../app/queries.ts";
import { useFormat } from "../../i18n/format.ts";
import { PageHead } from "../../shell/app-shell.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Mark } from "../../ui/mark.tsx";
import { Note } from "../../ui/note.tsx";

export function ModelPage({ project: slug }: { project: string }) {
  const { t } = useTranslation("model");
  const { data: project } = useQuery(queries.project(slug));
  const [error, setError] = useState<string | null>(null);
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
        <ThisComputer />
        {disabled && <Note tone="info" title={t("locked")} />}
        <ul className="ruled mgrid">
          <li className={project.model === "starter" ? "cell mcard chosen" : "cell mcard"}>
            <h2>{t("starter")}</h2>
            <p className="muted">{t("starterAbout")}</p>
            <div className="mact">
              {project.model === "starter" ? (
                <Mark tone="good">{t("chosen")}</Mark>
              ) : (
                <button
                  type="button"
                  className="btn"
                  disabled={disabled}
                  onClick={() => void choose("starter")}
                >
                  {t("choose")}
                </button>
              )}
            </div>
          </li>
          <FolderCard
            chosen={project.model === "starter" ? null : project.model}
            disabled={disabled}
            error={error}
            onChoose={(folder) => void choose(folder)}
          />
        </ul>
      </div>
    </>
  );
}

function ThisComputer() {
  const { t } = useTranslation("model");
  const format = useFormat();
  const { data: system } = useQuery(queries.system());
  if (!system) return null;
  const { device, memory, disk, trains } = system;
  const compact = new Intl.NumberFormat(undefined, { notation: "compact" });
  return (
    <div className="thispc">
      <span className="row strong">
        <Icon name="chip" />
        {t("thisComputer")}
      </span>
      <span>{device.name}</span>
      <span>
        {t("memory", {
          free: format.bytes(memory.free_bytes),
          total: format.bytes(memory.total_bytes),
        })}
      </span>
      <span>{t("disk", { free: format.bytes(disk.free_bytes) })}</span>
      <span className="muted">{t("trains", { lora: compact.format(trains.lora) })}</span>
    </div>
  );
}

function FolderCard(props: {
  chosen: string | null;
  disabled: boolean;
  error: string | null;
  onChoose: (folder: string) => void;
}) {
  const { t } = useTranslation("model");
  const [folder, setFolder] = useState(props.chosen ?? "");
  const id = useId();
  return (
    <li className={props.chosen === null ? "cell mcard" : "cell mcard chosen"}>
      <h2>{t("folder")}</h2>
      <p className="muted">{t("folderAbout")}</p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          props.onChoose(folder.trim());
        }}
      >
        <label htmlFor={id} className="strong">
          {t("folderLabel")}
        </label>
        <input
          id={id}
          className="input mt-1 mono"
          value={folder}
          disabled={props.disabled}
          aria-invalid={props.error !== null || undefined}
          aria-describedby={props.error === null ? undefined : `${id}-error`}
          onChange={(event) => setFolder(event.target.value)}
        />
        {props.error !== null && (
          <p id={`${id}-error`} className="err" role="alert">
            {props.error}
          </p>
        )}
        <div className="mact mt-2">
          {props.chosen !== null && props.chosen === folder.trim() ? (
            <Mark tone="good">{t("chosen")}</Mark>
          ) : (
            <button type="submit" className="btn" disabled={props.disabled || folder.trim() === ""}>
              {t("use")}
            </button>
          )}
        </div>
      </form>
    </li>
  );
}
