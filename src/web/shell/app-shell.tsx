import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

/** The frame of every page: rail, main, strip. Rail and strip never move. */
export function AppShell(props: { rail: ReactNode; strip: ReactNode; children: ReactNode }) {
  const { t } = useTranslation("shell");
  return (
    <>
      <a className="skip" href="#main">
        {t("skip")}
      </a>
      <div className="app">
        {props.rail}
        <main className="main" id="main" tabIndex={-1}>
          {props.children}
        </main>
        {props.strip}
      </div>
    </>
  );
}

/** Title, one line of explanation, and the actions at the top end: one of them primary. */
export function PageHead(props: { title: string; children?: ReactNode; actions?: ReactNode }) {
  return (
    <header className="head">
      <div>
        <h1>{props.title}</h1>
        {props.children && <p>{props.children}</p>}
      </div>
      {props.actions && <div className="actions">{props.actions}</div>}
    </header>
  );
}
