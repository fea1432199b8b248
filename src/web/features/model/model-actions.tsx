import { useTranslation } from "react-i18next";
import type { ReplyOf } from "#contract/client.ts";
import type { Model } from "#contract/routes/models.ts";
import { useFormat } from "../../i18n/format.ts";
import { Icon } from "../../ui/icon.tsx";
import { Mark } from "../../ui/mark.tsx";
import { DownloadProgress } from "./download-progress.tsx";
import type { Downloads } from "./use-downloads.ts";

export interface CardCircumstances {
  /** The project's model. */
  chosen: string;
  disabled: boolean;
  hub: ReplyOf<"GET /api/models">["hub"] | undefined;
  downloads: Downloads;
  onChoose: (id: string) => void;
  onToken: () => void;
}

/** Errors after which an access token is what helps. */
const aboutToken = ["hub_gated", "hub_gated_refused", "hub_token_wrong", "hub_not_found"];
const aboutTerms = ["hub_gated", "hub_gated_refused"];

/** What can be done with a model now: choose it, download it, go on, or agree to its terms. */
export function ModelActions({ model, ...card }: { model: Model } & CardCircumstances) {
  const { t } = useTranslation("model");
  const { chosen, disabled, downloads } = card;
  const job = downloads.jobOf(model.id);
  if (job?.status === "running") {
    return <DownloadProgress model={model} job={job} downloads={downloads} />;
  }
  if (model.state === "ready") {
    if (chosen === model.id) {
      return (
        <div className="mact">
          <Mark tone="good">{t("chosen")}</Mark>
          {model.id === "starter" && <span className="muted sm">{t("starterAbout")}</span>}
          {model.revision !== null && (
            <span className="muted sm mono" title={model.revision}>
              {model.revision.slice(0, 7)}
            </span>
          )}
        </div>
      );
    }
    return (
      <div className="mact end">
        <span className="muted sm">{t(model.id === "starter" ? "starterAbout" : "onDisk")}</span>
        <button
          type="button"
          className="btn btn-sm"
          disabled={disabled}
          aria-label={t("chooseModel", { model: model.name })}
          onClick={() => card.onChoose(model.id)}
        >
          {t(model.memory?.verdict === "too_large" ? "chooseAnyway" : "choose")}
        </button>
      </div>
    );
  }
  const error = job?.status === "failed" ? job.error : null;
  if (error) {
    return (
      <Waiting
        model={model}
        {...card}
        words={
          <span role="alert">
            <Mark tone="bad">{t("failed")}</Mark> {error.message}
          </span>
        }
        terms={aboutTerms.includes(error.code)}
        token={aboutToken.includes(error.code)}
      />
    );
  }
  if (model.state === "partial")
    return <Waiting model={model} {...card} words={<Stopped model={model} />} />;
  const consent = model.gated && card.hub?.token === null;
  return (
    <Waiting
      model={model}
      {...card}
      words={
        chosen === model.id ? (
          <Mark tone="warn">{t("chosenAbsent")}</Mark>
        ) : consent ? (
          t("consent")
        ) : null
      }
      terms={model.gated}
      token={consent}
      consent={consent}
    />
  );
}

function Stopped({ model }: { model: Model }) {
  const { t } = useTranslation("model");
  const format = useFormat();
  return t("stopped", {
    done: format.bytes(model.done_bytes ?? 0),
    total: format.bytes(model.total_bytes ?? 0),
  });
}

/** Not here yet: why, and the ways on. */
function Waiting({
  model,
  words,
  terms = false,
  token = false,
  consent = false,
  ...card
}: {
  model: Model;
  words: React.ReactNode;
  terms?: boolean;
  token?: boolean;
  /** Consent is missing for sure: a download would be refused. */
  consent?: boolean;
} & CardCircumstances) {
  const { t } = useTranslation("model");
  const { downloads, hub } = card;
  const begun = model.state === "partial";
  const name = { model: model.name };
  return (
    <>
      {words !== null && <div className="soft sm">{words}</div>}
      <div className="mact end wrap">
        {terms && model.url !== null && (
          <a className="btn btn-sm" href={model.url} target="_blank" rel="noreferrer">
            {t("terms")}
            <Icon name="external" small />
          </a>
        )}
        {token && (
          <button type="button" className="btn btn-sm" onClick={card.onToken}>
            {t("setToken")}
          </button>
        )}
        {begun && (
          <button
            type="button"
            className="btn btn-quiet btn-icon btn-sm"
            aria-label={t("giveUp", name)}
            title={t("giveUp", name)}
            onClick={() => downloads.giveUp(model.id)}
          >
            <Icon name="trash" />
          </button>
        )}
        {!consent && (
          <button
            type="button"
            className="btn btn-sm"
            disabled={hub?.offline}
            aria-label={t(begun ? "goOnWith" : "downloadModel", name)}
            onClick={() => downloads.start(model.id)}
          >
            <Icon name={begun ? "play" : "download"} small />
            {t(begun ? "goOn" : "downloadNow")}
          </button>
        )}
      </div>
    </>
  );
}
