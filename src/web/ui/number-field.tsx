import { NumberField as Base } from "@base-ui/react/number-field";
import { useTranslation } from "react-i18next";
import { Icon } from "./icon.tsx";

/** A number with bounds and steps, in the page language's format. `null` = empty = default. */
export function NumberField(props: {
  id: string;
  value: number | null;
  placeholder?: string;
  minimum?: number | undefined;
  maximum?: number | undefined;
  step?: number | undefined;
  unit?: string | undefined;
  disabled?: boolean;
  describedBy?: string;
  invalid?: boolean;
  onCommit: (value: number | null) => void;
}) {
  const { t, i18n } = useTranslation("common");
  const bounds = {
    ...(props.minimum === undefined ? {} : { min: props.minimum }),
    ...(props.maximum === undefined ? {} : { max: props.maximum }),
    ...(props.step === undefined ? {} : { step: props.step }),
  };
  return (
    <Base.Root
      id={props.id}
      value={props.value}
      {...bounds}
      // Out-of-range input reaches the server's answer instead of being bent to fit in silence.
      allowOutOfRange
      disabled={props.disabled ?? false}
      locale={i18n.language}
      format={{ maximumSignificantDigits: 12, useGrouping: false }}
      onValueCommitted={props.onCommit}
    >
      <Base.Group className="num">
        <Base.Input
          placeholder={props.placeholder}
          aria-describedby={props.describedBy}
          aria-invalid={props.invalid || undefined}
        />
        {props.unit && <span className="unit">{props.unit}</span>}
        <Base.Decrement aria-label={t("less")}>
          <Icon name="minus" small />
        </Base.Decrement>
        <Base.Increment aria-label={t("more")}>
          <Icon name="plus" small />
        </Base.Increment>
      </Base.Group>
    </Base.Root>
  );
}
