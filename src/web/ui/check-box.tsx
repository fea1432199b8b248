import type { ReactNode } from "react";

/** A box to check, with its label behind it. */
export function CheckBox(props: {
  checked: boolean;
  onChange: (checked: boolean) => void;
  className?: string;
  children: ReactNode;
}) {
  return (
    <label className={`row gap-2 ${props.className ?? ""}`}>
      <input
        type="checkbox"
        className="check"
        checked={props.checked}
        onChange={(event) => props.onChange(event.target.checked)}
      />
      {props.children}
    </label>
  );
}
