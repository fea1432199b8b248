import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { fixLabel } from "#contract/findings.ts";
import type { ProjectReply } from "#contract/routes/projects.ts";
import { api, sentenceOf } from "../../../app/api.ts";
import { queryClient } from "../../../app/queries.ts";
import { useFormat } from "../../../i18n/format.ts";
import type { PageLanguage } from "../../../i18n/index.ts";
import { Dialog } from "../../../ui/dialog.tsx";
import { Mark } from "../../../ui/mark.tsx";
import { Note } from "../../../ui/note.tsx";
import { say } from "../../../ui/toast.tsx";
import { Changes } from "./changes.tsx";
import { restoreVersion } from "./fix-dialog.tsx";

/** The versions of each file that fixes made: compared with the original, and let count again. */
export function VersionsView({ project }: { project: ProjectReply }) {
  return (
    <div className="findings">
      {project.data.map(({ name }) => (
        <FileVersions key={name} project={project} file={name} />
      ))}
    </div>
  );
}

function FileVersions({ project, file }: { project: ProjectReply; file: string }) {
  const { t, i18n } = useTranslation("findings");
  const format = useFormat();
  const language = i18n.language as PageLanguage;
  const params = { project: project.slug, file };
  const [compared, setCompared] = useState<number | null>(null);
  const { data, error } = useQuery({
    queryKey: ["project", project.slug, "versions", file],
    queryFn: ({ signal }) =>
      api.request("GET /api/projects/{project}/data/{file}/versions", { params, signal }),
  });
  const restore = async (version: number): Promise<void> => {
    try {
      await restoreVersion(project.slug, file, version);
      say(version === 0 ? t("originalCounts", { file }) : t("versionCounts", { file, version }));
    } catch (cause) {
      say(sentenceOf(cause).message);
    }
  };
  const bringBack = async (sha256: string): Promise<void> => {
    try {
      await api.request("POST /api/projects/{project}/data/{file}/earlier/{sha256}/restore", {
        params: { ...params, sha256 },
      });
      await queryClient.invalidateQueries({ queryKey: ["project", project.slug] });
      say(t("uploadIsBack", { file }));
    } catch (cause) {
      say(sentenceOf(cause).message);
    }
  };
  if (error) return <Note tone="bad" title={sentenceOf(error).message} />;
  if (!data) return null;
  const original = { version: 0, title: t("asUploaded"), detail: "" };
  const list = [
    original,
    ...data.versions.map((one) => ({
      version: one.version,
      title: `${fixLabel(one.fix, language)}: ${t(`name_${one.finding}`)}`,
      detail: t("versionDetail", {
        changed: format.number(one.changed),
        leftOut: format.number(one.left_out),
        time: format.date(one.created_at),
      }),
    })),
  ];
  return (
    <section className="finding" aria-label={file}>
      <h2>{file}</h2>
      <ul className="versions">
        {list.map(({ version, title, detail }) => (
          <li key={version} className="row wrap gap-2">
            <span className="mono">{version}</span>
            <span className="grow">
              {title} <span className="muted sm">{detail}</span>
            </span>
            {version === data.current ? (
              <Mark tone="good">{t("counts")}</Mark>
            ) : (
              <button
                type="button"
                className="btn btn-sm"
                disabled={project.active_run !== null}
                onClick={() => void restore(version)}
              >
                {t("letCount", { version })}
              </button>
            )}
            {version > 0 && (
              <button
                type="button"
                className="btn btn-sm btn-quiet"
                onClick={() => setCompared(version)}
              >
                {t("compare", { version })}
              </button>
            )}
          </li>
        ))}
        {data.earlier.map(({ sha256, bytes, added_at: added, replaced_at: replaced }) => (
          <li key={sha256} className="row wrap gap-2">
            <span className="grow">
              {t("earlierUpload", { size: format.bytes(bytes) })}{" "}
              <span className="muted sm">
                {t("earlierDetail", { added: format.date(added), replaced: format.date(replaced) })}
              </span>
            </span>
            <button
              type="button"
              className="btn btn-sm"
              disabled={project.active_run !== null}
              onClick={() => void bringBack(sha256)}
            >
              {t("bringBack")}
            </button>
          </li>
        ))}
      </ul>
      {compared !== null && (
        <Compare
          project={project.slug}
          file={file}
          version={compared}
          onClose={() => setCompared(null)}
        />
      )}
    </section>
  );
}

function Compare(props: { project: string; file: string; version: number; onClose: () => void }) {
  const { project, file, version, onClose } = props;
  const { t } = useTranslation("findings");
  const { data, error } = useQuery({
    queryKey: ["project", project, "compare", file, version],
    queryFn: ({ signal }) =>
      api.request("GET /api/projects/{project}/data/{file}/versions/compare", {
        params: { project, file },
        query: { from: 0, to: version },
        signal,
      }),
  });
  return (
    <Dialog open wide title={t("compareTitle", { file, version })} onClose={onClose}>
      {error && <Note tone="bad" title={sentenceOf(error).message} />}
      {data && <Changes changes={data} />}
    </Dialog>
  );
}
