import type { ReactNode } from "react";

/** A setting's name, what it is for, and its control. */
export function SettingRow(props: { name: string; hint?: ReactNode; children: ReactNode }) {
  return (
    <div className="srow">
      <div>
        <b>{props.name}</b>
        {props.hint && <p className="sm muted">{props.hint}</p>}
      </div>
      <div>{props.children}</div>
    </div>
  );
}
