import { useQuery } from "@tanstack/react-query";
import { useEffect, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ReplyOf } from "#contract/client.ts";
import { api, sentenceOf } from "../../app/api.ts";
import { queries, queryClient } from "../../app/queries.ts";
import { CheckBox } from "../../ui/check-box.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Note } from "../../ui/note.tsx";

type Checked = ReplyOf<"GET /api/projects/{project}/runs/{run}/deploy">;

const pauseMs = 250;

/** Asks for the name in Ollama, says at once what stands against it, and starts the deployment. */
export function DeployDialog(props: {
  project: string;
  run: string;
  /** What the field begins with. */
  name: string;
  onClose: () => void;
}) {
  const { project, run, onClose } = props;
  const { t } = useTranslation(["deploy", "common"]);
  const id = useId();
  const [name, setName] = useState(props.name);
  const [replace, setReplace] = useState(false);
  const [failure, setFailure] = useState<unknown>(undefined);
  const asked = useSettled(name.trim());
  const { data, isFetching, error } = useQuery({
    ...queries.deployName(project, run, asked),
    enabled: asked !== "",
  });
  // What is known is about the name in the field, or it is not known yet.
  const checked = asked === name.trim() && !isFetching ? data : undefined;
  const taken = checked?.error?.code === "ollama_name_taken";
  const allowed = checked !== undefined && (checked.error === null || (taken && replace));
  const submit = async () => {
    try {
      await api.request("POST /api/projects/{project}/runs/{run}/deploy", {
        params: { project, run },
        json: { name: asked, replace: taken && replace },
      });
      await queryClient.invalidateQueries({ queryKey: ["jobs"] });
      onClose();
    } catch (thrown) {
      setFailure(thrown);
    }
  };
  const choose = (proposal: string) => {
    setName(proposal);
    setReplace(false);
    setFailure(undefined);
  };
  return (
    <Dialog
      open
      title={t("title")}
      onClose={onClose}
      actions={
        <>
          <button type="button" className="btn" onClick={onClose}>
            {t("common:cancel")}
          </button>
          <button type="submit" form={id} className="btn btn-primary" disabled={!allowed}>
            {t(taken ? "replaceIt" : "deploy")}
          </button>
        </>
      }
    >
      <form
        id={id}
        onSubmit={(event) => {
          event.preventDefault();
          if (allowed) void submit();
        }}
      >
        <p className="muted">{t("lead")}</p>
        <div className="field mt-4">
          <div className="lab">
            <label htmlFor={`${id}-name`}>{t("name")}</label>
          </div>
          <input
            id={`${id}-name`}
            className="input mono"
            value={name}
            autoComplete="off"
            spellCheck={false}
            aria-invalid={checked?.error ? true : undefined}
            aria-describedby={`${id}-says`}
            onChange={(event) => choose(event.target.value)}
          />
        </div>
        <div id={`${id}-says`} aria-live="polite" className="mt-2">
          {checked && <Says checked={checked} onChoose={choose} />}
          {taken && (
            <CheckBox checked={replace} onChange={setReplace} className="mt-2">
              {t("replace")}
            </CheckBox>
          )}
          {(failure ?? error) !== undefined && (failure ?? error) !== null && (
            <Failure error={failure ?? error} />
          )}
        </div>
      </form>
    </Dialog>
  );
}

function Says({ checked, onChoose }: { checked: Checked; onChoose: (name: string) => void }) {
  const { t } = useTranslation("deploy");
  if (checked.error === null) {
    return (
      <p className="row gap-1 sm">
        <Icon name="check" small />
        {t(checked.replaces ? "own" : "free", { name: checked.name })}
      </p>
    );
  }
  const { proposal } = checked;
  return (
    <Note
      tone={checked.error.code === "ollama_name_taken" ? "warn" : "bad"}
      title={checked.error.message}
      code={checked.error.code}
      actions={
        proposal !== null && (
          <button type="button" className="btn btn-sm" onClick={() => onChoose(proposal)}>
            {t("useName", { name: proposal })}
          </button>
        )
      }
    />
  );
}

function Failure({ error }: { error: unknown }) {
  const { message, code } = sentenceOf(error);
  return <Note tone="bad" title={message} code={code} />;
}

/** A text once nothing was typed for a moment. */
function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), pauseMs);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}
