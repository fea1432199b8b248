import type { ReactNode } from "react";
import { Icon, type IconName } from "./icon.tsx";

const icons: Record<string, IconName> = {
  bad: "warning",
  warn: "warning",
  good: "check",
  info: "info",
};

/** A message that stays until its cause is gone. Errors carry their code, muted. */
export function Note(props: {
  tone: "info" | "good" | "warn" | "bad";
  title: ReactNode;
  children?: ReactNode;
  code?: string | undefined;
  actions?: ReactNode;
}) {
  return (
    <div className={`note ${props.tone}`} role={props.tone === "bad" ? "alert" : "status"}>
      <Icon name={icons[props.tone] ?? "info"} />
      <div>
        <b>{props.title}</b>
        {props.children && <div>{props.children}</div>}
        {(props.actions || props.code) && (
          <div className="row wrap mt-2">
            {props.actions}
            {props.code && <span className="muted mono sm">{props.code}</span>}
          </div>
        )}
      </div>
    </div>
  );
}
