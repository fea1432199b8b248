import type { RefObject } from "react";
import { useTranslation } from "react-i18next";
import type { RunSpec } from "#contract/run.ts";
import { useFormat } from "../../i18n/format.ts";

const parts = ["training", "lora", "quantization", "modelfile"] as const;

/** The frozen settings, every one resolved: what this run really trains and serves with. */
export function SettingsInUse(props: { spec: RunSpec; box: RefObject<HTMLDivElement | null> }) {
  const { t } = useTranslation(["run", "common"]);
  const format = useFormat();
  const show = (value: unknown): string => {
    if (typeof value === "number") return format.significant(value, 6);
    if (typeof value === "boolean") return t(value ? "common:on" : "common:off");
    return Array.isArray(value) ? value.join(", ") : String(value);
  };
  return (
    <div
      className="inuse"
      tabIndex={0}
      role="region"
      aria-label={t("settingsInUse")}
      ref={props.box}
    >
      {parts.map((part) => (
        <dl key={part}>
          <dt className="muted">{part}_config</dt>
          {Object.entries(props.spec[part]).map(([key, value]) => (
            <dd key={key}>
              <span className="mono">{key}</span>
              <span>{show(value)}</span>
            </dd>
          ))}
        </dl>
      ))}
    </div>
  );
}
