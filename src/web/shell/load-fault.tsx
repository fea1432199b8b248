import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { sentenceOf } from "../app/api.ts";
import { PageHead } from "./app-shell.tsx";
import { Note } from "../ui/note.tsx";

/** What a screen shows whose data could not be read, with the ways out: again, or elsewhere. */
export function LoadFault(props: {
  error: unknown;
  onRetry?: () => void;
  /** What could not be read; absent = this page. */
  title?: string;
  /** Where more can be done about it than among the projects. */
  elsewhere?: ReactNode;
}) {
  const { t } = useTranslation(["shell", "common"]);
  const { onRetry, title = t("errorTitle"), elsewhere } = props;
  const { message, code } = sentenceOf(props.error);
  const missing = code === "not_found";
  return (
    <>
      <PageHead title={missing ? t("notFoundTitle") : title} />
      <div className="page page-scroll">
        <Note
          tone="bad"
          title={t("why")}
          code={code}
          actions={
            <>
              {!missing && elsewhere}
              {onRetry && !missing && (
                <button type="button" className="btn btn-sm" onClick={onRetry}>
                  {t("common:retry")}
                </button>
              )}
              <Link className="btn btn-sm" to="/">
                {t("toProjects")}
              </Link>
            </>
          }
        >
          {message}
        </Note>
      </div>
    </>
  );
}
