import { useState } from "react";
import { useTranslation } from "react-i18next";
import { parse, stringify } from "yaml";
import { sections } from "#contract/parameters/types.ts";
import type { ProjectReply } from "#contract/routes/projects.ts";
import { api, sentenceOf } from "../../app/api.ts";
import { Icon } from "../../ui/icon.tsx";
import type { Settings } from "./use-settings.ts";

/** The stored settings as a file, to copy, change or replace. Sections it leaves out are reset. */
export function YamlView(props: { project: ProjectReply; settings: Settings; disabled: boolean }) {
  const { project, settings } = props;
  const { t } = useTranslation(["training", "common"]);
  const text = stringify(
    Object.fromEntries(sections.map((section) => [section, project[section]])),
  );
  const [draft, setDraft] = useState<string | null>(null);
  const [error, setError] = useState<string | null>(null);
  const apply = async () => {
    let values: unknown;
    try {
      values = parse(draft ?? text);
    } catch (cause) {
      setError(t("yamlInvalid", { detail: sentenceOf(cause).message }));
      return;
    }
    try {
      setError(null);
      const named = (values ?? {}) as Record<string, unknown>;
      settings.done(
        await api.request("PATCH /api/projects/{project}", {
          params: { project: project.slug },
          json: { ...resetAll(project, named), ...named },
        }),
      );
      // What was typed meanwhile stays.
      setDraft((now) => (now === draft ? null : now));
    } catch (cause) {
      setError(sentenceOf(cause).message);
    }
  };
  return (
    <div className="stack mt-3">
      <p className="muted">{t("yamlHint")}</p>
      <textarea
        className="textarea mono"
        rows={22}
        spellCheck={false}
        aria-label={t("yaml")}
        aria-invalid={error !== null || undefined}
        value={draft ?? text}
        disabled={props.disabled}
        onChange={(event) => setDraft(event.target.value)}
      />
      {error !== null && (
        <p className="err" role="alert">
          {error}
        </p>
      )}
      <div className="row">
        <button
          type="button"
          className="btn btn-primary"
          disabled={props.disabled || draft === null}
          onClick={() => void apply()}
        >
          {t("yamlSave")}
        </button>
        <button
          type="button"
          className="btn"
          onClick={() => void navigator.clipboard.writeText(draft ?? text)}
        >
          <Icon name="copy" />
          {t("common:copy")}
        </button>
      </div>
    </div>
  );
}

/** A file is the whole truth: stored keys that it does not name go back to their defaults. */
function resetAll(project: ProjectReply, named: Record<string, unknown>): Record<string, unknown> {
  for (const section of sections) {
    const values = named[section];
    if (values === null || typeof values !== "object") continue;
    const gone = Object.keys(project[section]).filter((key) => !Object.hasOwn(values, key));
    named[section] = { ...Object.fromEntries(gone.map((key) => [key, null])), ...values };
  }
  return Object.fromEntries(
    sections.filter((section) => named[section] === undefined).map((section) => [section, null]),
  );
}
