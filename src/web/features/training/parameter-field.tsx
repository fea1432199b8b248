import { useId } from "react";
import { useTranslation } from "react-i18next";
import { defaultFor } from "#contract/parameters/registry.ts";
import type { ParameterValue } from "#contract/parameters/types.ts";
import { parameterText, unitText } from "#contract/texts/index.ts";
import { useFormat } from "../../i18n/format.ts";
import type { PageLanguage } from "../../i18n/index.ts";
import { Help } from "../../ui/help.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Gauge } from "./gauge.tsx";
import { ParameterControl, type FieldProps } from "./parameter-control.tsx";

/** One parameter: label, help, the right control, its scale, and the way back to its default. */
export function ParameterField(props: FieldProps) {
  const { parameter, stored, effective, error, disabled } = props;
  const { t, i18n } = useTranslation(["training", "common"]);
  const format = useFormat();
  const id = useId();
  const text = parameterText(parameter, i18n.language as PageLanguage);
  const changed = stored !== null;
  const fallback = defaultFor(parameter, props.device);
  const show = (value: ParameterValue | null) =>
    value === null
      ? t("unset")
      : typeof value === "boolean"
        ? t(value ? "common:on" : "common:off")
        : typeof value === "number"
          ? format.significant(value, 6)
          : Array.isArray(value)
            ? value.join(", ")
            : (text.options?.[value] ?? value);
  const wide = parameter.control === "textarea" ? " span2" : "";
  const many = parameter.control === "checkboxes" ? " span3" : "";
  return (
    <div
      className={`field${wide}${many}${changed ? " changed" : ""}${error ? " invalid" : ""}`}
      data-parameter={`${parameter.section}.${parameter.key}`}
    >
      <div className="lab">
        {parameter.control === "checkboxes" ? (
          <span id={`${id}-label`} className="lbl">
            {text.label} <span>({text.term})</span>
          </span>
        ) : (
          <label htmlFor={id}>
            {text.label} <span>({text.term})</span>
          </label>
        )}
        <Help label={t("help", { name: text.label })}>
          <p>{text.help}</p>
          <p>{text.advice}</p>
          <p className="keys">
            {t("keys", { key: parameter.key, where: t(`where_${parameter.destination}`) })}
          </p>
        </Help>
      </div>
      <ParameterControl {...props} id={id} text={text} describedBy={`${id}-under`} />
      <div className="under" id={`${id}-under`}>
        {parameter.control === "number" && (
          <Gauge parameter={parameter} value={effective} fallback={fallback} />
        )}
        {error === undefined ? (
          <div className="hint">
            <span>{hint(props, t, format.significant, i18n.language as PageLanguage)}</span>
            {changed && (
              <button
                type="button"
                className="link"
                disabled={disabled}
                onClick={() => props.onChange(null)}
              >
                {t("restoreDefault", {
                  value: parameter.default.kind === "automatic" ? "" : show(fallback),
                })}
              </button>
            )}
          </div>
        ) : (
          <p className="err" role="alert">
            <Icon name="warning" small />
            {t("still", { why: error, value: show(effective) })}
          </p>
        )}
      </div>
    </div>
  );
}

function hint(
  { parameter, effective, stored }: FieldProps,
  t: ReturnType<typeof useTranslation<["training", "common"]>>["t"],
  number: (value: number, digits?: number) => string,
  language: PageLanguage,
): string {
  const { minimum, maximum, minimumExclusive, warnAbove, unit } = parameter;
  if (warnAbove !== undefined && typeof effective === "number" && effective > warnAbove) {
    return t("many", { limit: warnAbove });
  }
  if (parameter.key.startsWith("mirostat")) return t("ignored");
  if (parameter.key === "stop") return t("ofModel");
  // A select says it in its own line.
  const says = parameter.control === "select";
  if (parameter.default.kind === "automatic" && stored === null && effective !== null && !says) {
    const word = effective === true ? t("common:on") : t("common:off");
    const shown = Array.isArray(effective) ? effective.length : String(effective);
    return t("automaticValue", { value: typeof effective === "boolean" ? word : shown });
  }
  if (parameter.options || minimum === undefined) return "";
  const low = number(minimum, 6);
  const range =
    maximum === undefined
      ? t("from", { low })
      : t(minimumExclusive ? "above" : "range", { low, high: number(maximum, 6) });
  return unit ? `${range} ${unitText(unit, language)}` : range;
}
