import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { RunReply } from "#contract/routes/runs.ts";
import { queries } from "../../app/queries.ts";
import { useFormat } from "../../i18n/format.ts";

/** The numbers of the moment, large enough to read from afar. */
export function Measures({ run }: { run: RunReply }) {
  const { t } = useTranslation("run");
  const format = useFormat();
  const { state } = run;
  const { data: curve } = useQuery(queries.curve(run.project, run.id));
  const last = curve?.points.findLast(({ learningRate }) => learningRate !== null);
  const shown = (value: number | null | undefined, show: (value: number) => string) =>
    value === null || value === undefined ? "–" : show(value);
  const two = (value: number) => format.number(value, 2);
  const { startedAt, endedAt } = state;
  const taken =
    startedAt === null || endedAt === null
      ? null
      : (Date.parse(endedAt) - Date.parse(startedAt)) / 1000;
  // Without an evaluation there is none to look for, in a hundred thousand points.
  const evaluated =
    state.bestStep === null
      ? undefined
      : curve?.points.findLast(({ heldOutLoss }) => heldOutLoss !== null);
  const best = evaluated !== undefined && evaluated.step === state.bestStep;
  return (
    <dl className="mets">
      {taken === null ? (
        <Measure first name={t("timeLeft")}>
          {shown(state.secondsLeft, format.duration)}
        </Measure>
      ) : (
        <Measure first name={t("timeTaken")}>
          {format.duration(taken)}
        </Measure>
      )}
      <Measure
        name={t("step")}
        after={
          state.totalSteps > 0
            ? t("ofSteps", { total: format.number(state.totalSteps) })
            : undefined
        }
      >
        {state.totalSteps > 0 ? format.number(state.step) : "–"}
      </Measure>
      <Measure name={t("heldOut")} term={t("loss")} after={best ? t("best") : undefined}>
        {shown(state.heldOutLoss, two)}
      </Measure>
      <Measure name={t("trainingLoss")} term={t("loss")}>
        {shown(state.loss, two)}
      </Measure>
      <Measure name={t("learningRate")} term={t("learningRateTerm")}>
        {shown(last?.learningRate, format.significant)}
      </Measure>
      <Measure name={t("gradNorm")} term={t("gradNormTerm")}>
        {shown(last?.gradNorm, two)}
      </Measure>
      <Measure name={t("speed")} after={t("tokensPerSecond")}>
        {shown(state.tokensPerSecond, (value) => format.number(value))}
      </Measure>
      <Measure
        name={t("memory")}
        after={t("ofBytes", { total: format.bytes(run.spec.device.memoryBytes) })}
      >
        {state.memoryBytes === 0 ? "–" : format.bytes(state.memoryBytes)}
      </Measure>
    </dl>
  );
}

function Measure(props: {
  name: string;
  term?: string;
  after?: string | undefined;
  first?: boolean;
  children: ReactNode;
}) {
  return (
    <div className={props.first ? "met first" : "met"}>
      <dt>
        {props.name} {props.term && <span className="aside-term">({props.term})</span>}
      </dt>
      <dd>
        {props.children}
        {props.after && <small>{props.after}</small>}
      </dd>
    </div>
  );
}
