import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { sentenceOf } from "../app/api.ts";
import { PageHead } from "./app-shell.tsx";
import { Note } from "../ui/note.tsx";

/** What a screen shows whose data could not be read, with the ways out: again, or elsewhere. */
export function LoadFault({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const { t } = useTranslation(["shell", "common"]);
  const { message, code } = sentenceOf(error);
  return (
    <>
      <PageHead title={t(code === "not_found" ? "notFoundTitle" : "errorTitle")} />
      <div className="page page-scroll">
        <Note
          tone="bad"
          title={message}
          code={code}
          actions={
            <>
              {onRetry && code !== "not_found" && (
                <button type="button" className="btn btn-sm" onClick={onRetry}>
                  {t("common:retry")}
                </button>
              )}
              <Link className="btn btn-sm" to="/">
                {t("toProjects")}
              </Link>
            </>
          }
        />
      </div>
    </>
  );
}
