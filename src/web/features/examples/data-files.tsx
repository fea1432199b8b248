import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ProjectReply } from "#contract/routes/projects.ts";
import { api, sentenceOf } from "../../app/api.ts";
import { queryClient } from "../../app/queries.ts";
import { useFormat } from "../../i18n/format.ts";
import { Icon } from "../../ui/icon.tsx";
import { Progress } from "../../ui/progress.tsx";
import { say } from "../../ui/toast.tsx";
import { uploadFile } from "./upload.ts";

interface Upload {
  name: string;
  done: number;
  total: number;
}

/** Files named as a check set usually is are one; the word stands beside the file. */
const roleOf = (name: string): "train" | "check" =>
  /^(check|eval|evaluation|dev|valid|validation|test)\b/i.test(name) ? "check" : "train";

/** Uploads that go on, and how to start one; a refused file is said and changes nothing. */
export function useUploads(project: string) {
  const [uploads, setUploads] = useState<Upload[]>([]);
  const start = async (files: readonly File[]) => {
    for (const file of files) {
      const show = (done: number, total: number) =>
        setUploads((list) => [
          ...list.filter((one) => one.name !== file.name),
          { name: file.name, done, total },
        ]);
      show(0, file.size);
      try {
        await uploadFile(project, file, roleOf(file.name), show);
      } catch (error) {
        say(sentenceOf(error).message);
      } finally {
        setUploads((list) => list.filter((one) => one.name !== file.name));
      }
    }
    await queryClient.invalidateQueries({ queryKey: ["project", project] });
  };
  return { uploads, start };
}

/** The files of the project, the uploads that go on, and the place to drop more. */
export function DataFiles(props: {
  project: ProjectReply;
  uploads: readonly Upload[];
  onFiles: (files: File[]) => void;
}) {
  const { project } = props;
  const { t } = useTranslation("examples");
  const format = useFormat();
  const id = useId();
  const remove = async (file: string) => {
    try {
      await api.request("DELETE /api/projects/{project}/data/{file}", {
        params: { project: project.slug, file },
      });
      await queryClient.invalidateQueries({ queryKey: ["project", project.slug] });
      say(t("removed", { file }));
    } catch (error) {
      say(sentenceOf(error).message);
    }
  };
  return (
    <div className="ex-files">
      <label className="drop" htmlFor={id}>
        <Icon name="upload" />
        <span>
          <b>{t("drop")}</b> {t("choose")}
          <br />
          <span className="muted sm">{t("dropHint")}</span>
        </span>
        <input
          id={id}
          type="file"
          multiple
          className="vh"
          accept=".jsonl,.json,.txt"
          disabled={project.active_run !== null}
          onChange={(event) => {
            props.onFiles([...(event.target.files ?? [])]);
            event.target.value = "";
          }}
        />
      </label>
      {project.data.map((file) => (
        <div key={file.name} className="filecell">
          <div className="row">
            <Icon name="file" />
            <b className="grow">{file.name}</b>
            <button
              type="button"
              className="btn btn-quiet btn-icon btn-sm"
              aria-label={t("remove", { file: file.name })}
              disabled={project.active_run !== null}
              onClick={() => void remove(file.name)}
            >
              <Icon name="close" />
            </button>
          </div>
          <span className="muted sm">
            {format.bytes(file.bytes)}, {t(`role_${file.role}`)}
          </span>
        </div>
      ))}
      {props.uploads.map((upload) => (
        <div key={upload.name} className="filecell" role="status">
          <div className="row">
            <Icon name="upload" />
            <b className="grow">{upload.name}</b>
          </div>
          <Progress
            value={upload.total > 0 ? upload.done / upload.total : undefined}
            label={upload.name}
          />
          <span className="muted sm">
            {t("uploading", { done: format.bytes(upload.done), total: format.bytes(upload.total) })}
          </span>
        </div>
      ))}
    </div>
  );
}
