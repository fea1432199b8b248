import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Icon } from "../../ui/icon.tsx";

/** Where a question is typed; Enter sends it, Shift and Enter begin a new line. */
export function AskForm(props: {
  answering: boolean;
  disabled?: boolean;
  onSend: (question: string) => void;
  onStop: () => void;
  /** Beside the button. */
  children?: ReactNode;
}) {
  const { t } = useTranslation("chat");
  const [text, setText] = useState("");
  const ready = text.trim() !== "" && !props.answering && props.disabled !== true;
  return (
    <form
      className="ask"
      onSubmit={(event) => {
        event.preventDefault();
        if (!ready) return;
        props.onSend(text.trim());
        setText("");
      }}
    >
      <textarea
        className="textarea"
        rows={2}
        aria-label={t("ask")}
        placeholder={t("ask")}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
          event.preventDefault();
          event.currentTarget.form?.requestSubmit();
        }}
      />
      <div className="row row-between mt-2">
        <div className="row">{props.children}</div>
        {props.answering ? (
          <button type="button" className="btn" onClick={props.onStop}>
            <Icon name="stop" />
            {t("stop")}
          </button>
        ) : (
          <button type="submit" className="btn btn-primary" disabled={!ready}>
            {t("send")}
          </button>
        )}
      </div>
    </form>
  );
}
