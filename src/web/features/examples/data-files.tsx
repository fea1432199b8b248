import { useId } from "react";
import { useTranslation } from "react-i18next";
import type { ProjectReply } from "#contract/routes/projects.ts";
import { api, sentenceOf } from "../../app/api.ts";
import { queryClient } from "../../app/queries.ts";
import { useFormat } from "../../i18n/format.ts";
import { Icon } from "../../ui/icon.tsx";
import { Mark } from "../../ui/mark.tsx";
import { Progress } from "../../ui/progress.tsx";
import { Select } from "../../ui/select.tsx";
import { say } from "../../ui/toast.tsx";
import { pickedFiles } from "../projects/dropped-files.ts";
import { FileFormat } from "./file-format.tsx";
import { roleOf } from "./use-uploads.ts";
import type { Existing, Upload } from "./use-uploads.ts";

type DataFile = ProjectReply["data"][number];

/** The files of the project, the uploads that go on, and the place to drop more. */
export function DataFiles(props: {
  project: ProjectReply;
  uploads: readonly Upload[];
  onFiles: (files: File[]) => void;
  onDismiss: (id: number) => void;
  onAgain: (upload: Upload, existing: Existing) => void;
}) {
  const { project, onFiles } = props;
  const disabled = project.active_run !== null;
  return (
    <div className="ex-files">
      <DropZone disabled={disabled} onFiles={onFiles} />
      {project.data.map((file) => (
        <FileCell key={file.name} project={project.slug} file={file} disabled={disabled} />
      ))}
      {props.uploads.map((upload) => (
        <UploadCell
          key={upload.id}
          upload={upload}
          onDismiss={() => props.onDismiss(upload.id)}
          onAgain={(existing) => props.onAgain(upload, existing)}
        />
      ))}
    </div>
  );
}

/** Asks for files, or for a folder with all that is in it. */
function choose({ folder }: { folder: boolean }, onFiles: (files: File[]) => void): void {
  const input = document.createElement("input");
  input.type = "file";
  input.multiple = true;
  input.webkitdirectory = folder;
  input.addEventListener("change", () => onFiles(pickedFiles(input.files)));
  input.click();
}

/** The first thing to do where there is nothing yet. */
export function ChooseFiles({ onFiles }: { onFiles: (files: File[]) => void }) {
  const { t } = useTranslation("examples");
  return (
    <button
      type="button"
      className="btn btn-primary"
      onClick={() => choose({ folder: false }, onFiles)}
    >
      <Icon name="upload" />
      {t("chooseFiles")}
    </button>
  );
}

function DropZone(props: { disabled: boolean; onFiles: (files: File[]) => void }) {
  const { t } = useTranslation("examples");
  const id = useId();
  return (
    <div className="drop">
      <Icon name="upload" />
      <span>
        <label htmlFor={id} className="drop-label">
          <b>{t("drop")}</b> {t("choose")}
        </label>
        <br />
        <span className="muted sm">{t("dropHint")}</span>{" "}
        <button
          type="button"
          className="link sm drop-folder"
          disabled={props.disabled}
          onClick={() => choose({ folder: true }, props.onFiles)}
        >
          {t("chooseFolder")}
        </button>
      </span>
      <input
        id={id}
        type="file"
        multiple
        className="vh"
        disabled={props.disabled}
        onChange={({ target }) => {
          props.onFiles([...(target.files ?? [])]);
          // So that the same file can be chosen again.
          target.value = "";
        }}
      />
    </div>
  );
}

function FileCell(props: { project: string; file: DataFile; disabled: boolean }) {
  const { project, file, disabled } = props;
  const { t } = useTranslation(["examples", "common"]);
  const format = useFormat();
  const params = { project, file: file.name };
  const change = async (work: () => Promise<unknown>) => {
    try {
      await work();
      await queryClient.invalidateQueries({ queryKey: ["project", project] });
    } catch (error) {
      say(sentenceOf(error).message);
    }
  };
  const remove = () =>
    change(async () => {
      const { trash_id: trash } = await api.request("DELETE /api/projects/{project}/data/{file}", {
        params,
      });
      const restore = () =>
        api.request("POST /api/projects/{project}/data/{file}/removed/{trash}/restore", {
          params: { ...params, trash },
        });
      say(t("removed", { file: file.name }), {
        label: t("common:undo"),
        run: () => void change(restore),
      });
    });
  const setRole = (role: string) =>
    change(() =>
      api.request("PATCH /api/projects/{project}/data/{file}", {
        params,
        json: { role: role === "check" ? "check" : "train" },
      }),
    );
  return (
    <div className="filecell">
      <div className="row">
        <Icon name="file" />
        <b className="grow file-name" title={file.name}>
          {file.name}
        </b>
        <button
          type="button"
          className="btn btn-quiet btn-icon btn-sm"
          aria-label={t("remove", { file: file.name })}
          disabled={disabled}
          onClick={() => void remove()}
        >
          <Icon name="close" />
        </button>
      </div>
      <div className="row wrap gap-2">
        <span className="muted sm">{format.bytes(file.bytes)}</span>
        <Select
          label={t("role", { file: file.name })}
          value={file.role}
          disabled={disabled}
          options={[
            { value: "train", label: t("role_train") },
            { value: "check", label: t("role_check") },
          ]}
          onChange={(role) => void setRole(role)}
        />
      </div>
      {file.role === "check" && roleOf(file.name) === "check" && (
        <span className="muted sm">{t("roleByName")}</span>
      )}
      <FileFormat project={project} file={file} disabled={disabled} />
    </div>
  );
}

function UploadCell(props: {
  upload: Upload;
  onDismiss: () => void;
  onAgain: (existing: Existing) => void;
}) {
  const { upload, onDismiss, onAgain } = props;
  const { t } = useTranslation("examples");
  const format = useFormat();
  const { name, state, done, total } = upload;
  const failed = state === "failed";
  return (
    <div className="filecell" role={failed ? "alert" : "status"}>
      <div className="row">
        <Icon name={failed ? "warning" : "upload"} />
        <b className="grow file-name" title={name}>
          {name}
        </b>
        <button
          type="button"
          className="btn btn-quiet btn-icon btn-sm"
          aria-label={failed ? t("dismiss", { file: name }) : t("cancelUpload", { file: name })}
          onClick={onDismiss}
        >
          <Icon name="close" />
        </button>
      </div>
      {failed ? (
        <>
          <p className="sm">
            <Mark tone="bad">{t("notTaken")}</Mark> {upload.error?.message}{" "}
            <span className="muted mono">{upload.error?.code}</span>
          </p>
          {upload.error?.code === "data_file_exists" && (
            <div className="row wrap gap-2">
              <button type="button" className="btn btn-sm" onClick={() => onAgain("replace")}>
                {t("replaceFile")}
              </button>
              <button type="button" className="btn btn-sm" onClick={() => onAgain("keep_both")}>
                {t("keepBoth")}
              </button>
            </div>
          )}
        </>
      ) : (
        <>
          <Progress value={total > 0 ? done / total : undefined} label={name} />
          <span className="muted sm">
            {state === "waiting"
              ? t("waiting", { total: format.bytes(total) })
              : t("uploading", { done: format.bytes(done), total: format.bytes(total) })}
          </span>
        </>
      )}
    </div>
  );
}
