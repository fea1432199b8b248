import { useTranslation } from "react-i18next";
import { bodySentence } from "#contract/body-sentence.ts";
import type { ErrorBody } from "#contract/errors.ts";
import { api, sentenceOf } from "../../app/api.ts";
import { queryClient } from "../../app/queries.ts";
import type { PageLanguage } from "../../i18n/index.ts";
import { Note } from "../../ui/note.tsx";
import { say } from "../../ui/toast.tsx";

/** Runs whose files cannot be read, among those that can: why, and a way to be rid of them. */
export function BrokenRuns(props: { project: string; problems: readonly ErrorBody[] }) {
  const { t, i18n } = useTranslation("history");
  const remove = async (run: string) => {
    try {
      const params = { project: props.project, run };
      await api.request("DELETE /api/projects/{project}/runs/{run}", { params });
      await queryClient.invalidateQueries({ queryKey: ["runs"] });
    } catch (error) {
      say(sentenceOf(error).message);
    }
  };
  return props.problems.map((problem) => {
    const run = String(problem.params["run"] ?? "");
    return (
      <Note
        key={`${run} ${problem.message}`}
        tone="bad"
        title={t("broken", { run })}
        code={problem.code}
        actions={
          run !== "" && (
            <button type="button" className="btn btn-sm" onClick={() => void remove(run)}>
              {t("brokenDelete")}
            </button>
          )
        }
      >
        {bodySentence(problem, i18n.language as PageLanguage)}
      </Note>
    );
  });
}
