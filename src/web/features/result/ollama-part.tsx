import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { bodySentence } from "#contract/body-sentence.ts";
import type { ReplyOf } from "#contract/client.ts";
import { queries, queryClient } from "../../app/queries.ts";
import { useJob } from "../../app/use-job.ts";
import { useFormat } from "../../i18n/format.ts";
import type { PageLanguage } from "../../i18n/index.ts";
import { Icon } from "../../ui/icon.tsx";
import { Mark } from "../../ui/mark.tsx";
import { Note } from "../../ui/note.tsx";
import { say } from "../../ui/toast.tsx";
import { DeployDialog } from "../deploy/deploy-dialog.tsx";
import { DeployProgress } from "../deploy/deploy-progress.tsx";
import { NotProven, ProofTable, StopsNote, toolsDiffer, ToolsNote } from "../deploy/proof.tsx";

type Run = ReplyOf<"GET /api/projects/{project}/runs/{run}">;

/** Whether the model is in Ollama and proven there, and the way to bring it in, also once more. */
export function OllamaPart({ run }: { run: Run }) {
  const { t, i18n } = useTranslation("deploy");
  const format = useFormat();
  const [asking, setAsking] = useState(false);
  const proof = useQuery({
    ...queries.proof(run.project, run.id),
    enabled: run.tried_in_ollama,
  });
  const { data: listed } = useQuery(queries.ollamaModels());
  const job = useJob({ kind: "deploy", project: run.project, run: run.id }, () => {
    void queryClient.invalidateQueries({ queryKey: ["ollama"] });
    void queryClient.invalidateQueries({ queryKey: ["run", run.project, run.id] });
  });
  const here = listed?.models.find((model) => model.run === run.id && model.state === "present");
  const going = job?.status === "running";
  const found = proof.data;
  return (
    <section aria-label={t("heading")}>
      <div className="sec-head">
        <h2 className="big">
          {found?.proven ? t("provenIn", { version: found.ollamaVersion }) : t("heading")}
        </h2>
        <span className="end">
          {found?.proven && !going && !toolsDiffer(found) && (
            <Mark tone="good">{t("allEqual")}</Mark>
          )}
          {found?.proven && !going && toolsDiffer(found) && (
            <Mark tone="warn">{t("allButTools")}</Mark>
          )}
        </span>
      </div>
      {going && <DeployProgress job={job} />}
      {job?.status === "failed" && job.error && !(found && !found.proven) && (
        <Note tone="bad" title={t("failed")} code={job.error.code}>
          {bodySentence(job.error, i18n.language as PageLanguage)}
        </Note>
      )}
      {!going && !run.tried_in_ollama && <p className="muted mt-2">{t("untried")}</p>}
      {!going && found && (
        <>
          {!found.proven && <NotProven proof={found} />}
          <ProofTable proof={found} />
          <StopsNote proof={found} />
          <ToolsNote proof={found} />
          <p className="sm muted mt-2">
            {t("provenAt", { time: format.ago(found.time), name: found.name })}
          </p>
        </>
      )}
      {here && (
        <p className="cmd mt-2">
          <code>ollama run {here.name}</code>
          <CopyButton text={`ollama run ${here.name}`} />
        </p>
      )}
      {found?.proven && listed && !here && !going && (
        <p className="sm mt-2">{t("notThere", { name: found.name })}</p>
      )}
      {!going && run.files.some(({ part }) => part === "gguf") && (
        <button
          type="button"
          className={here ? "btn btn-sm mt-2" : "btn mt-2"}
          onClick={() => setAsking(true)}
        >
          <Icon name="cube" />
          {t(here ? "again" : "deploy")}
        </button>
      )}
      {asking && (
        <DeployDialog
          project={run.project}
          run={run.id}
          name={here?.name ?? run.spec.targetName}
          onClose={() => setAsking(false)}
        />
      )}
    </section>
  );
}

function CopyButton({ text }: { text: string }) {
  const { t } = useTranslation("common");
  return (
    <button
      type="button"
      className="btn btn-quiet btn-icon btn-sm"
      aria-label={t("copy")}
      onClick={() =>
        void navigator.clipboard.writeText(text).then(
          () => say(t("copied")),
          // Without the permission nothing is lost: the text can be marked.
          () => undefined,
        )
      }
    >
      <Icon name="copy" />
    </button>
  );
}
