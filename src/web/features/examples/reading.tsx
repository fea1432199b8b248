import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ReplyOf } from "#contract/client.ts";
import { api, sentenceOf } from "../../app/api.ts";
import { queryClient } from "../../app/queries.ts";
import { useFormat } from "../../i18n/format.ts";
import { Note } from "../../ui/note.tsx";
import { Progress } from "../../ui/progress.tsx";
import { say } from "../../ui/toast.tsx";

export type ReadingNow = NonNullable<ReplyOf<"GET /api/projects/{project}/account">["reading"]>;

/** How far reading the rows is, in words. */
export function useReadingWords(): (reading: ReadingNow) => string {
  const { t } = useTranslation("examples");
  const format = useFormat();
  return ({ step, done, total }) => {
    if (total === 0) return t("readingSoon");
    if (step === "compare") return t("reading_compare", { share: format.percent(done / total) });
    return t(`reading_${step}`, { done: format.bytes(done), total: format.bytes(total) });
  };
}

const readAll = (project: string) =>
  api.request("POST /api/projects/{project}/check", { params: { project } });

/** Reading that goes on, with the way to stop it. */
export function Reading({ project, reading }: { project: string; reading: ReadingNow }) {
  const { t } = useTranslation("examples");
  const words = useReadingWords();
  const [stops, setStops] = useState(false);
  const stop = async (): Promise<void> => {
    setStops(true);
    try {
      // The job of this reading; it is made here where it began by itself.
      const { id } = await readAll(project);
      await api.request("POST /api/jobs/{job}/cancel", { params: { job: id } });
      await queryClient.invalidateQueries({ queryKey: ["project", project] });
    } catch (error) {
      say(sentenceOf(error).message);
    } finally {
      setStops(false);
    }
  };
  const text = words(reading);
  return (
    <div className="mt-3">
      <Progress value={reading.total > 0 ? reading.done / reading.total : undefined} label={text} />
      <p className="row gap-2 sm soft mt-1">
        <span role="status">{text}</span>
        <button
          type="button"
          className="btn btn-sm btn-quiet"
          disabled={stops}
          onClick={() => void stop()}
        >
          {t("stopReading")}
        </button>
      </p>
    </div>
  );
}

/** Reading that someone stopped, with the way to begin it again. */
export function ReadingStopped({ project, title }: { project: string; title: string }) {
  const { t } = useTranslation("examples");
  const again = async (): Promise<void> => {
    try {
      await readAll(project);
      await queryClient.invalidateQueries({ queryKey: ["project", project] });
    } catch (error) {
      say(sentenceOf(error).message);
    }
  };
  return (
    <Note
      tone="warn"
      title={title}
      code="data_check_stopped"
      actions={
        <button type="button" className="btn btn-sm" onClick={() => void again()}>
          {t("readAgain")}
        </button>
      }
    />
  );
}
