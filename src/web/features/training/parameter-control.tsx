import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { DeviceType, Parameter, ParameterValue } from "#contract/parameters/types.ts";
import type { ParameterText } from "#contract/texts/index.ts";
import { NumberField } from "../../ui/number-field.tsx";
import { Select } from "../../ui/select.tsx";
import { TagsInput } from "../../ui/tags-input.tsx";
import { useOptimistic } from "../../ui/use-optimistic.ts";

export interface FieldProps {
  parameter: Parameter;
  /** As stored; null = default. */
  stored: ParameterValue | null;
  effective: ParameterValue | null;
  device: DeviceType;
  /** Choices that only the chosen model knows, such as its layers. */
  choices?: readonly string[] | undefined;
  disabled: boolean;
  error: string | undefined;
  onChange: (value: ParameterValue | null) => void;
}

type ControlProps = FieldProps & { id: string; text: ParameterText; describedBy: string };

const automatic = "";

/** The control that the registry names, bound to one value. */
export function ParameterControl(props: ControlProps) {
  const { parameter, effective, disabled, id, describedBy, onChange } = props;
  switch (parameter.control) {
    case "number":
      return (
        <NumberField
          id={id}
          value={typeof effective === "number" ? effective : null}
          minimum={parameter.minimum}
          maximum={parameter.maximum}
          step={parameter.step}
          disabled={disabled}
          describedBy={describedBy}
          invalid={props.error !== undefined}
          onCommit={(value) => value !== effective && onChange(value)}
        />
      );
    case "select":
      return <OptionSelect {...props} />;
    case "switch":
      return <Switch {...props} />;
    case "textarea":
      return <TextArea {...props} />;
    case "tags":
      return (
        <TagsInput
          id={id}
          {...ownAndGiven(props)}
          disabled={disabled}
          describedBy={describedBy}
          {...(props.text.placeholder ? { placeholder: props.text.placeholder } : {})}
          onChange={onChange}
        />
      );
    case "checkboxes":
      return <Checkboxes {...props} />;
  }
}

/** What the person listed, and what counts besides, such as the model's own end marks. */
function ownAndGiven({ parameter, stored, effective }: ControlProps) {
  const fallback = parameter.default.kind === "fixed" ? parameter.default.value : null;
  const chosen = stored ?? fallback;
  const value = Array.isArray(chosen) ? chosen : [];
  const all = Array.isArray(effective) ? effective : [];
  return { value, fixed: all.filter((one) => !value.includes(one)) };
}

/** “Automatic” and “not set” are choices of their own, told apart from any value. */
function OptionSelect({
  parameter,
  stored,
  effective,
  disabled,
  id,
  describedBy,
  text,
  error,
  onChange,
}: ControlProps) {
  const { t } = useTranslation(["training", "common"]);
  const free = parameter.default.kind === "automatic" || effective === null;
  const options = (parameter.options ?? []).map((option) => ({
    value: String(option),
    label: text.options?.[String(option)] ?? String(option),
  }));
  const empty = {
    value: automatic,
    label:
      parameter.default.kind === "automatic"
        ? t("automaticValue", { value: String(effective) })
        : t("unset"),
  };
  const [shown, setShown] = useOptimistic(String((free ? stored : effective) ?? automatic), error);
  return (
    <Select
      id={id}
      value={shown}
      options={free || (stored === null && effective === null) ? [empty, ...options] : options}
      disabled={disabled}
      describedBy={describedBy}
      onChange={(value) => {
        setShown(value);
        onChange(
          value === automatic
            ? null
            : (parameter.options?.find((option) => String(option) === value) ?? null),
        );
      }}
    />
  );
}

function Switch({ effective, disabled, id, describedBy, error, onChange }: ControlProps) {
  const { t } = useTranslation("common");
  const [on, setOn] = useOptimistic(effective === true, error);
  return (
    <div className="switch-line">
      <input
        id={id}
        type="checkbox"
        role="switch"
        className="switch"
        checked={on}
        disabled={disabled}
        aria-describedby={describedBy}
        onChange={(event) => {
          setOn(event.target.checked);
          onChange(event.target.checked);
        }}
      />
      <span aria-hidden="true">{on ? t("on") : t("off")}</span>
    </div>
  );
}

/** Saved when the field is left: a text is not done at each letter. */
function TextArea({
  effective,
  disabled,
  id,
  describedBy,
  text,
  parameter,
  onChange,
}: ControlProps) {
  const value = typeof effective === "string" ? effective : "";
  const [draft, setDraft] = useState(value);
  useEffect(() => setDraft(value), [value]);
  return (
    <textarea
      id={id}
      className="textarea"
      rows={3}
      value={draft}
      maxLength={parameter.maxLength}
      placeholder={text.placeholder}
      disabled={disabled}
      aria-describedby={describedBy}
      onChange={(event) => setDraft(event.target.value)}
      onBlur={() => draft !== value && onChange(draft)}
    />
  );
}

function Checkboxes({ parameter, effective, choices, disabled, error, ...props }: ControlProps) {
  const { id, describedBy, onChange } = props;
  const [chosen, setChosen] = useOptimistic(Array.isArray(effective) ? effective : [], error);
  const offered = [...new Set([...(choices ?? parameter.options?.map(String) ?? []), ...chosen])];
  return (
    <div
      className="checks"
      role="group"
      aria-labelledby={`${id}-label`}
      aria-describedby={describedBy}
      id={id}
    >
      {offered.map((choice) => (
        <label key={choice}>
          <input
            type="checkbox"
            className="check"
            checked={chosen.includes(choice)}
            disabled={disabled}
            onChange={(event) => {
              const wanted = offered.filter((one) =>
                one === choice ? event.target.checked : chosen.includes(one),
              );
              setChosen(wanted);
              onChange(wanted);
            }}
          />
          <span className="mono">{choice}</span>
        </label>
      ))}
    </div>
  );
}
