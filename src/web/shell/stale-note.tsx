import { useTranslation } from "react-i18next";
import { startLive, useStaleSince } from "../app/live.ts";
import { useFormat } from "../i18n/format.ts";
import { Note } from "../ui/note.tsx";

/** Keeps the picture while the server is gone, and says since when. */
export function StaleNote() {
  const { t } = useTranslation("shell");
  const format = useFormat();
  const since = useStaleSince();
  if (since === null) return null;
  return (
    <Note
      tone="warn"
      title={t("staleTitle", { time: format.time(since) })}
      actions={
        <button type="button" className="btn btn-sm" onClick={startLive}>
          {t("tryNow")}
        </button>
      }
    >
      {t("staleBody")}
    </Note>
  );
}
