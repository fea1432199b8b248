import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { RunReply } from "#contract/routes/runs.ts";
import { api, sentenceOf } from "../../app/api.ts";
import { queryClient } from "../../app/queries.ts";
import { useFormat } from "../../i18n/format.ts";
import { CheckBox } from "../../ui/check-box.tsx";
import { Confirm } from "../../ui/dialog.tsx";
import { say } from "../../ui/toast.tsx";

/** Asks before runs go: into the trash, or for good, with the room that this frees. */
export function DeleteRuns(props: {
  runs: readonly RunReply[];
  /** What they take; null until that is known. */
  bytes: number | null;
  onClose: () => void;
  onDeleted: (ids: readonly string[]) => void;
}) {
  const { t } = useTranslation(["history", "common"]);
  const format = useFormat();
  const [forGood, setForGood] = useState(false);
  const { runs, bytes } = props;
  const count = runs.length;
  const remove = async () => {
    const gone: string[] = [];
    try {
      for (const run of runs) {
        await api.request("DELETE /api/projects/{project}/runs/{run}", {
          params: { project: run.project, run: run.id },
          query: { for_good: String(forGood) },
        });
        gone.push(run.id);
      }
      say(t(forGood ? "deletedForGood" : "deleted", { count }));
    } catch (error) {
      say(sentenceOf(error).message);
    }
    props.onDeleted(gone);
    await queryClient.invalidateQueries({ queryKey: ["runs"] });
  };
  const numbers = runs.map((run) => run.number).join(", ");
  return (
    <Confirm
      open
      title={t("deleteTitle", { count, numbers })}
      action={t("common:delete")}
      onConfirm={() => void remove()}
      onClose={props.onClose}
    >
      <p>{t(forGood ? "goesForGood" : "goesToTrash", { count })}</p>
      <CheckBox checked={forGood} onChange={setForGood} className="mt-4">
        {bytes === null ? t("forGood") : t("forGoodFrees", { bytes: format.bytes(bytes) })}
      </CheckBox>
    </Confirm>
  );
}
