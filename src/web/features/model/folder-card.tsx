import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { Mark } from "../../ui/mark.tsx";

/** A model that lies in a folder of this computer. */
export function FolderCard(props: {
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
          {props.error === null && props.chosen === folder.trim() && folder.trim() !== "" ? (
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
