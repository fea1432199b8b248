import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { RunState } from "#contract/run.ts";
import { useFormat } from "../../i18n/format.ts";

/** The numbers of the moment, large enough to read from afar. */
export function Measures({ state }: { state: RunState }) {
  const { t } = useTranslation("run");
  const format = useFormat();
  const shown = (value: number | null, show: (value: number) => string) =>
    value === null ? "–" : show(value);
  return (
    <dl className="mets">
      <Measure first name={t("timeLeft")}>
        {shown(state.secondsLeft, format.duration)}
      </Measure>
      <Measure name={t("step")} after={t("ofSteps", { total: format.number(state.totalSteps) })}>
        {format.number(state.step)}
      </Measure>
      <Measure name={t("heldOut")} term={t("loss")}>
        {shown(state.heldOutLoss, (value) => format.number(value, 2))}
      </Measure>
      <Measure name={t("trainingLoss")} term={t("loss")}>
        {shown(state.loss, (value) => format.number(value, 2))}
      </Measure>
      <Measure name={t("speed")} after={t("tokensPerSecond")}>
        {shown(state.tokensPerSecond, (value) => format.number(value))}
      </Measure>
      <Measure name={t("memory")} after={t("peak")}>
        {state.memoryBytes === 0 ? "–" : format.bytes(state.memoryBytes)}
      </Measure>
    </dl>
  );
}

function Measure(props: {
  name: string;
  term?: string;
  after?: string;
  first?: boolean;
  children: ReactNode;
}) {
  return (
    <div className={props.first ? "met first" : "met"}>
      <dt>
        {props.name} {props.term && <span className="muted">({props.term})</span>}
      </dt>
      <dd>
        {props.children}
        {props.after && <small>{props.after}</small>}
      </dd>
    </div>
  );
}
