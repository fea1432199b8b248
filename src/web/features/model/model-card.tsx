import { useTranslation } from "react-i18next";
import type { Model } from "#contract/routes/models.ts";
import { useFormat } from "../../i18n/format.ts";
import { Fact } from "../../ui/fact.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Fit } from "./fit.tsx";
import { languageName } from "./language-names.ts";
import { ModelActions, type CardCircumstances } from "./model-actions.tsx";

/** A model: what it is, what it needs here, and what can be done with it. */
export function ModelCard({ model, ...card }: { model: Model } & CardCircumstances) {
  const { t } = useTranslation("model");
  const format = useFormat();
  const starter = model.id === "starter";
  const about = [
    starter ? t("comesWith") : model.owner,
    model.parameters === null
      ? null
      : t("parameters", { number: format.compact(model.parameters) }),
  ];
  return (
    <li
      className={card.chosen === model.id ? "cell mcard chosen" : "cell mcard"}
      data-model={model.id}
    >
      <div className="row row-between row-top">
        <div className="min-w-0">
          <h2>{starter ? t("starter") : model.name}</h2>
          <p className="muted sm">{about.filter(Boolean).join(", ")}</p>
        </div>
        <Chips model={model} />
      </div>
      <dl className="facts">
        <Fact name={t("download")}>
          {starter
            ? t("none")
            : model.download_bytes === null
              ? "–"
              : format.bytes(model.download_bytes)}
        </Fact>
        <Fact name={t("licence")}>{model.licence ?? "–"}</Fact>
        <Fact name={t("languages")}>
          <Languages model={model} />
        </Fact>
      </dl>
      {model.memory && <Fit memory={model.memory} />}
      <ModelActions model={model} {...card} />
    </li>
  );
}

function Chips({ model }: { model: Model }) {
  const { t } = useTranslation("model");
  if (model.recommended) return <span className="chip accent">{t("recommended")}</span>;
  if (model.gated) {
    return (
      <span className="chip">
        <Icon name="lock" small />
        {t("gated")}
      </span>
    );
  }
  if (!model.supported) {
    return (
      <span className="chip warn" title={t("untestedAbout")}>
        {t("untested")}
      </span>
    );
  }
  return null;
}

function Languages({ model }: { model: Model }) {
  const { i18n } = useTranslation("model");
  const { languages, language_count: count } = model;
  const names = languages.map((code) => languageName(code, i18n.language));
  if (names.length === 0) return "–";
  if (names.length === 1 && (count ?? 1) === 1) return names[0];
  return <span title={names.join(", ")}>{count ?? names.length}</span>;
}
