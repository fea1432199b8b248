import type { ReactNode } from "react";

/** What will come here, one sentence, one primary action. */
export function Empty(props: { title: string; children: ReactNode; actions?: ReactNode }) {
  return (
    <div className="empty">
      <h2>{props.title}</h2>
      <p>{props.children}</p>
      {props.actions && <div className="row wrap">{props.actions}</div>}
    </div>
  );
}
