import type { ErrorComponentProps } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { sentenceOf } from "../app/api.ts";
import { Note } from "../ui/note.tsx";

/** What a screen shows that failed while drawing. */
export function RouteError({ error, reset }: ErrorComponentProps) {
  const { t } = useTranslation(["shell", "common"]);
  const { message, code } = sentenceOf(error);
  return (
    <div className="page page-scroll mt-6">
      <Note
        tone="bad"
        title={t("errorTitle")}
        code={code}
        actions={
          <button type="button" className="btn btn-sm" onClick={reset}>
            {t("common:retry")}
          </button>
        }
      >
        {message}
      </Note>
    </div>
  );
}
