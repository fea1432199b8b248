import type { RefObject } from "react";
import { useTranslation } from "react-i18next";
import type { RunChange } from "#contract/run-changes.ts";
import type { RunSpec } from "#contract/run.ts";
import { useFormat } from "../../i18n/format.ts";

const parts = ["training", "lora", "quantization", "modelfile"] as const;

/** The frozen settings, every one resolved: what this run really trains and serves with. */
export function SettingsInUse(props: {
  run: { spec: RunSpec; changes: readonly RunChange[] };
  box: RefObject<HTMLDivElement | null>;
}) {
  const { spec, changes } = props.run;
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
      {changes.length > 0 && (
        <dl>
          <dt className="muted">{t("changed")}</dt>
          {changes.map(({ key, step, before, value }) => (
            <dd key={`${key} ${step}`}>
              <span className="mono">{key}</span>
              <span>{t("changedAt", { step, before: show(before), value: show(value) })}</span>
            </dd>
          ))}
        </dl>
      )}
      {parts.map((part) => (
        <dl key={part}>
          <dt className="muted">{part}_config</dt>
          {Object.entries(spec[part]).map(([key, value]) => (
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
