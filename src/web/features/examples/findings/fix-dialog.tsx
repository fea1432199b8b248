import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { findingSentence, fixLabel } from "#contract/findings.ts";
import type { ProjectReply } from "#contract/routes/projects.ts";
import { api, sentenceOf } from "../../../app/api.ts";
import { queryClient } from "../../../app/queries.ts";
import type { PageLanguage } from "../../../i18n/index.ts";
import { Dialog } from "../../../ui/dialog.tsx";
import { Note } from "../../../ui/note.tsx";
import { say } from "../../../ui/toast.tsx";
import { Changes } from "./changes.tsx";
import { findingsQuery, jobEnd } from "./use-findings.ts";
import type { Finding } from "./use-findings.ts";

export interface Fix {
  finding: Finding["code"];
  fix: Finding["fixes"][number];
}

/** A fix, seen before it is done; done, it can be taken back. */
export function FixDialog(props: { project: ProjectReply; fix: Fix; onClose: () => void }) {
  const { project, fix, onClose } = props;
  const { t, i18n } = useTranslation("findings");
  const language = i18n.language as PageLanguage;
  const params = { project: project.slug };
  const [fault, setFault] = useState<{ message: string; code?: string }>();
  const [busy, setBusy] = useState(false);
  const preview = useQuery({
    // Apart from the project's other keys: once the fix is done, there is nothing to preview.
    queryKey: ["fix", project.slug, fix.finding, fix.fix],
    queryFn: ({ signal }) =>
      api.request("POST /api/projects/{project}/findings/preview", { params, json: fix, signal }),
    retry: false,
    gcTime: 0,
  });
  const shown = fault ?? (preview.error ? sentenceOf(preview.error) : undefined);
  const finding = queryClient
    .getQueryData(findingsQuery(project.slug).queryKey)
    ?.report?.findings.find(({ code }) => code === fix.finding);

  const apply = async (): Promise<void> => {
    setBusy(true);
    try {
      const before = await currentVersions(project);
      const { id } = await api.request("POST /api/projects/{project}/findings/fix", {
        params,
        json: fix,
      });
      const { result } = await jobEnd(id);
      await queryClient.invalidateQueries({ queryKey: ["project", project.slug] });
      const files = Object.keys(result?.["versions"] ?? {});
      say(t("fixed"), {
        label: t("undo"),
        run: () => void takeBack(project.slug, files, before),
      });
      onClose();
    } catch (error) {
      setFault(sentenceOf(error));
      setBusy(false);
    }
  };
  return (
    <Dialog
      open
      wide
      title={fixLabel(fix.fix, language)}
      onClose={onClose}
      actions={
        <>
          <button type="button" className="btn" onClick={onClose}>
            {t("cancel")}
          </button>
          <button
            type="button"
            className="btn btn-primary"
            disabled={busy || !preview.data}
            onClick={() => void apply()}
          >
            {t("doIt")}
          </button>
        </>
      }
    >
      {finding && <p>{findingSentence(fix.finding, finding.params, language)}</p>}
      {shown && <Note tone="bad" title={shown.message} code={shown.code} />}
      {preview.isPending && <p className="soft late">{t("previewing")}</p>}
      {preview.data && <Changes changes={preview.data} />}
      <p className="sm muted mt-3">{t("originalStays")}</p>
    </Dialog>
  );
}

async function currentVersions(project: ProjectReply): Promise<Map<string, number>> {
  const found = await Promise.all(
    project.data.map(async ({ name }) => {
      const { current } = await api.request("GET /api/projects/{project}/data/{file}/versions", {
        params: { project: project.slug, file: name },
      });
      return [name, current] as const;
    }),
  );
  return new Map(found);
}

async function takeBack(
  project: string,
  files: readonly string[],
  before: ReadonlyMap<string, number>,
): Promise<void> {
  try {
    for (const file of files) {
      await restoreVersion(project, file, before.get(file) ?? 0);
    }
  } catch (error) {
    say(sentenceOf(error).message);
  }
}

/** From now on this version of the file counts. */
export async function restoreVersion(
  project: string,
  file: string,
  version: number,
): Promise<void> {
  await api.request("POST /api/projects/{project}/data/{file}/versions/{version}/restore", {
    params: { project, file, version: String(version) },
  });
  await queryClient.invalidateQueries({ queryKey: ["project", project] });
}
