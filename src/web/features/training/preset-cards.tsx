import { useQuery } from "@tanstack/react-query";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import { presetTexts } from "#contract/texts/index.ts";
import { queries } from "../../app/queries.ts";
import type { PageLanguage } from "../../i18n/index.ts";
import { useOptimistic } from "../../ui/use-optimistic.ts";

/** The presets as cards; one is recommended for this machine and these rows. */
export function PresetCards(props: {
  project: string;
  chosen: string | null;
  disabled: boolean;
  onChoose: (preset: string) => void;
}) {
  const { t, i18n } = useTranslation("training");
  const { data } = useQuery(queries.presets(props.project));
  const texts = presetTexts(i18n.language as PageLanguage);
  const group = useId();
  const [chosen, setChosen] = useOptimistic(props.chosen);
  return (
    <fieldset className="presets">
      <legend className="vh">{t("presets")}</legend>
      {data?.presets.map(({ name }) => {
        const text = texts[name];
        if (!text) return null;
        return (
          <label key={name} className={name === chosen ? "preset on" : "preset"}>
            <input
              type="radio"
              className="vh"
              name={group}
              value={name}
              checked={name === chosen}
              disabled={props.disabled}
              onChange={() => {
                setChosen(name);
                props.onChoose(name);
              }}
            />
            <span className="row row-between row-top">
              <b>{text.title}</b>
              {name === data.recommended && (
                <span className="chip accent" title={t("recommendedWhy")}>
                  {t("recommended")}
                </span>
              )}
            </span>
            <span className="soft sm pd">{text.summary}</span>
            <span className="muted sm pm">{t("price", { price: text.price })}</span>
          </label>
        );
      })}
    </fieldset>
  );
}
