import { useState } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { ReplyOf } from "#contract/client.ts";
import { offerOf } from "#contract/run-offer.ts";
import type { RateOffer } from "#contract/run-offer.ts";
import { api, sentenceOf } from "../../app/api.ts";
import { queryClient } from "../../app/queries.ts";
import { useFormat } from "../../i18n/format.ts";
import { Icon } from "../../ui/icon.tsx";
import { NumberField } from "../../ui/number-field.tsx";
import { say } from "../../ui/toast.tsx";
import { FourBitDialog } from "./four-bit-dialog.tsx";

type Run = ReplyOf<"GET /api/projects/{project}/runs/{run}">;

/** What a run that stopped by itself offers to go on with; nothing where it offers nothing. */
export function RunOffer({ run }: { run: Run }) {
  const offer = offerOf(run);
  if (!offer) return null;
  // A later fault is another offer: what was typed for this one does not count for it.
  const key = `${offer.kind} ${run.state.seq}`;
  return offer.kind === "learning_rate" ? (
    <LowerRate key={key} run={run} offer={offer} />
  ) : (
    <FourBit key={key} run={run} />
  );
}

function Offer({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="note info" aria-label={title}>
      <Icon name="info" />
      <div>
        <h2 className="big">{title}</h2>
        {children}
      </div>
    </section>
  );
}

async function goOn(run: Run, json: { learning_rate?: number; allow_4bit?: true }) {
  const params = { project: run.project, run: run.id };
  try {
    await api.request("POST /api/projects/{project}/runs/{run}/resume", { params, json });
    await queryClient.invalidateQueries({ queryKey: ["run", run.project, run.id] });
  } catch (error) {
    say(sentenceOf(error).message);
  }
}

function LowerRate({ run, offer }: { run: Run; offer: RateOffer }) {
  const { t } = useTranslation("run");
  const format = useFormat();
  const [rate, setRate] = useState<number | null>(offer.suggested);
  const [sending, setSending] = useState(false);
  const send = async () => {
    setSending(true);
    await goOn(run, { learning_rate: rate ?? offer.suggested });
    setSending(false);
  };
  const step = offer.step;
  return (
    <Offer title={t("offerRate")}>
      <p className="mt-2">
        {step === null
          ? t("offerAnew", { failed: offer.failedStep })
          : t("offerFrom", { failed: offer.failedStep, step })}
      </p>
      <div className="row wrap mt-3">
        <label htmlFor="offered-rate">{t("offerRateLabel")}</label>
        <NumberField
          id="offered-rate"
          value={rate}
          placeholder={format.significant(offer.suggested, 6)}
          minimum={0}
          maximum={1}
          step={offer.suggested / 10}
          describedBy="offered-rate-before"
          onCommit={setRate}
        />
        <span className="muted sm" id="offered-rate-before">
          {t("offerRateBefore", { rate: format.significant(offer.learningRate, 6) })}
        </span>
        <button
          type="button"
          className="btn btn-primary"
          disabled={sending}
          onClick={() => void send()}
        >
          <Icon name="play" />
          {step === null ? t("offerAnewAction") : t("offerFromAction", { step })}
        </button>
      </div>
      <p className="sm muted mt-2">{t("offerNotEqual")}</p>
    </Offer>
  );
}

function FourBit({ run }: { run: Run }) {
  const { t } = useTranslation("run");
  const [asking, setAsking] = useState(false);
  return (
    <Offer title={t("offerFourBit")}>
      <p className="mt-2">{t("offerFourBitBody")}</p>
      <div className="row wrap mt-3">
        <button type="button" className="btn btn-primary" onClick={() => setAsking(true)}>
          <Icon name="play" />
          {t("offerFourBitAction")}
        </button>
      </div>
      <FourBitDialog
        open={asking}
        onAllow={() => void goOn(run, { allow_4bit: true })}
        onClose={() => setAsking(false)}
      />
    </Offer>
  );
}
