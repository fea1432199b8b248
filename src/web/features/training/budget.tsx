import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { bodySentence } from "#contract/body-sentence.ts";
import { api, sentenceOf } from "../../app/api.ts";
import { queries, queryClient } from "../../app/queries.ts";
import { useFormat } from "../../i18n/format.ts";
import type { PageLanguage } from "../../i18n/index.ts";
import { Fact } from "../../ui/fact.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Note } from "../../ui/note.tsx";
import { FourBitDialog } from "../run/four-bit-dialog.tsx";
import { MemoryNeed } from "./memory-need.tsx";

/** What a start would do, and the button that does it. */
export function Budget({ project, disabled }: { project: string; disabled: boolean }) {
  const { t, i18n } = useTranslation("training");
  const format = useFormat();
  const navigate = useNavigate();
  const plan = useQuery({ ...queries.plan(project), enabled: !disabled });
  const [starting, setStarting] = useState(false);
  const [error, setError] = useState<{ message: string; code?: string } | null>(null);
  const [question, setQuestion] = useState<string>();
  const start = async (allowed?: boolean) => {
    setStarting(true);
    setError(null);
    try {
      const run = await api.request("POST /api/projects/{project}/runs", {
        params: { project },
        json: allowed === undefined ? {} : { allow_4bit: allowed },
      });
      await queryClient.invalidateQueries({ queryKey: ["runs"] });
      await navigate({ to: "/projects/$project/runs/$run", params: { project, run: run.id } });
    } catch (cause) {
      const fault = sentenceOf(cause);
      if (fault.code === "four_bit_question") setQuestion(fault.message);
      else setError(fault);
    } finally {
      setStarting(false);
    }
  };
  const fault = error ?? (plan.isError ? sentenceOf(plan.error) : null);
  const spec = plan.data?.spec;
  return (
    <aside className="budget" aria-label={t("before")}>
      <div className="bstick">
        <h2 className="big">{t("before")}</h2>
        {plan.isPending && !disabled && (
          <p className="soft mt-3 late" role="status">
            {t("planning")}
          </p>
        )}
        {spec && plan.data && (
          <>
            <dl className="kv mt-3">
              <Fact name={t("rows")}>
                {t("rowsValue", {
                  train: format.number(spec.data.trainRows),
                  check: format.number(spec.data.checkRows),
                })}
              </Fact>
              <Fact name={t("leftOut")}>{format.number(plan.data.ledger.left_out)}</Fact>
              <Fact name={t("steps")}>
                {t("stepsValue", {
                  steps: format.number(spec.plan.optimizerSteps),
                  epochs: Number(spec.training["num_train_epochs"]),
                  perEpoch: format.number(spec.plan.stepsPerEpoch),
                })}
              </Fact>
              <Fact name={t("tokens")}>{format.number(spec.plan.supervisedTokens)}</Fact>
              <Fact name={t("disk")}>
                {t("ofFree", {
                  need: format.bytes(plan.data.disk.needed_bytes),
                  free: format.bytes(plan.data.disk.free_bytes),
                })}
              </Fact>
              <Fact name={t("format")}>{spec.precision.mode}</Fact>
              <Fact name={t("exports")}>{t(`exports_${spec.plan.exports}`)}</Fact>
              <Fact name={t("targetName")}>{spec.targetName}</Fact>
            </dl>
            {spec.memory && <MemoryNeed estimate={spec.memory} />}
            {plan.data.disk.needed_bytes > plan.data.disk.free_bytes && (
              <div className="mt-3">
                <Note tone="warn" title={t("diskTight")} />
              </div>
            )}
            <details className="mt-4">
              <summary className="strong">{t("decisions")}</summary>
              <ul className="checksum mt-2 sm">
                {plan.data.decisions.map((decision) => (
                  <li key={decision.message}>
                    {bodySentence(decision, i18n.language as PageLanguage)}
                  </li>
                ))}
              </ul>
            </details>
          </>
        )}
        {fault && (
          <div className="mt-3">
            <Note
              tone="bad"
              title={t("notReady")}
              code={fault.code}
              actions={
                fault.code === "engine_missing" && (
                  <Link className="link" to="/settings">
                    {t("toEngine")}
                  </Link>
                )
              }
            >
              {fault.message}
            </Note>
          </div>
        )}
        <button
          type="button"
          className="btn btn-primary btn-lg btn-block mt-4"
          disabled={disabled || starting || !spec}
          onClick={() => void start()}
        >
          <Icon name="play" />
          {t("start")}
        </button>
        <p className="sm muted mt-2">{t("closePage")}</p>
        <FourBitDialog
          open={question !== undefined}
          reason={question}
          onAllow={() => void start(true)}
          onDecline={() => void start(false)}
          onClose={() => setQuestion(undefined)}
        />
      </div>
    </aside>
  );
}
