import { useState } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { sentenceOf } from "../../app/api.ts";
import { Icon } from "../../ui/icon.tsx";
import { SettingRow } from "./setting-row.tsx";

/** A text that is stored by a button of its own; what is refused stays in the field, with the reason. */
export function TextSetting(props: {
  name: string;
  hint: ReactNode;
  initial: string;
  /** Goes in and never comes out again. */
  secret?: boolean;
  onSave: (value: string) => Promise<void>;
  /** More buttons behind the field. */
  actions?: ReactNode;
  /** What stands under the field, such as whether the address answers. */
  children?: ReactNode;
}) {
  const { t } = useTranslation("pages");
  const [value, setValue] = useState(props.initial);
  const [fault, setFault] = useState<string | null>(null);
  const save = async () => {
    try {
      await props.onSave(value.trim());
      setFault(null);
      if (props.secret) setValue("");
    } catch (error) {
      setFault(sentenceOf(error).message);
    }
  };
  return (
    <SettingRow name={props.name} hint={props.hint}>
      <form
        className="row"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <input
          className="input grow"
          type={props.secret ? "password" : "text"}
          autoComplete="off"
          spellCheck={false}
          aria-label={props.name}
          aria-invalid={fault !== null || undefined}
          value={value}
          onChange={(event) => setValue(event.target.value)}
        />
        <button type="submit" className="btn" disabled={value.trim() === props.initial}>
          {t("saveToken")}
        </button>
        {props.actions}
      </form>
      {fault !== null && (
        <p className="err" role="alert">
          <Icon name="warning" small />
          {t("notSaved", { why: fault })}
        </p>
      )}
      {props.children && <div className="mt-2">{props.children}</div>}
    </SettingRow>
  );
}
