import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Icon } from "./icon.tsx";

/** A list of texts: Enter adds, the cross or Backspace in the empty field removes. */
export function TagsInput(props: {
  id: string;
  value: readonly string[];
  fixed?: readonly string[];
  disabled?: boolean;
  describedBy?: string;
  placeholder?: string;
  onChange: (value: string[]) => void;
}) {
  const { t } = useTranslation("common");
  const [text, setText] = useState("");
  const add = () => {
    if (text === "" || props.value.includes(text)) return;
    props.onChange([...props.value, text]);
    setText("");
  };
  return (
    <div className="tags">
      {props.fixed?.map((tag) => (
        <span key={tag} className="tag fixed">
          <Icon name="lock" small />
          {tag}
        </span>
      ))}
      {props.value.map((tag) => (
        <span key={tag} className="tag">
          {tag}
          <button
            type="button"
            aria-label={t("remove", { name: tag })}
            disabled={props.disabled}
            onClick={() => props.onChange(props.value.filter((other) => other !== tag))}
          >
            <Icon name="close" small />
          </button>
        </span>
      ))}
      <input
        id={props.id}
        value={text}
        disabled={props.disabled}
        placeholder={props.placeholder}
        aria-describedby={props.describedBy}
        onChange={(event) => setText(event.target.value)}
        onBlur={add}
        onKeyDown={(event) => {
          if (event.key === "Enter") {
            event.preventDefault();
            add();
          }
          if (event.key === "Backspace" && text === "" && props.value.length > 0) {
            props.onChange(props.value.slice(0, -1));
          }
        }}
      />
    </div>
  );
}
