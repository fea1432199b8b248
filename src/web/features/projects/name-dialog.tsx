import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { sentenceOf } from "../../app/api.ts";
import { Dialog } from "../../ui/dialog.tsx";

/** Asks for a name; a refusal is shown beside the field and what was typed stays. */
export function NameDialog(props: {
  title: string;
  action: string;
  initial: string;
  onSubmit: (name: string) => Promise<unknown>;
  onClose: () => void;
}) {
  const { t } = useTranslation(["projects", "common"]);
  const [name, setName] = useState(props.initial);
  const [error, setError] = useState<string | null>(null);
  const id = useId();
  const submit = async () => {
    try {
      await props.onSubmit(name.trim());
      props.onClose();
    } catch (cause) {
      setError(sentenceOf(cause).message);
    }
  };
  return (
    <Dialog
      open
      title={props.title}
      onClose={props.onClose}
      actions={
        <>
          <button type="button" className="btn" onClick={props.onClose}>
            {t("common:cancel")}
          </button>
          <button type="submit" form={id} className="btn btn-primary" disabled={name.trim() === ""}>
            {props.action}
          </button>
        </>
      }
    >
      <form
        id={id}
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <label className="strong" htmlFor={`${id}-name`}>
          {t("name")}
        </label>
        <input
          id={`${id}-name`}
          className="input mt-1"
          value={name}
          maxLength={120}
          aria-invalid={error !== null || undefined}
          aria-describedby={error === null ? undefined : `${id}-error`}
          onChange={(event) => setName(event.target.value)}
        />
        {error !== null && (
          <p id={`${id}-error`} className="err" role="alert">
            {error}
          </p>
        )}
      </form>
    </Dialog>
  );
}
