import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { RunReply } from "#contract/routes/runs.ts";
import type { CurvePoint } from "#contract/run.ts";
import { queries } from "../../app/queries.ts";
import { useSearchWord } from "../../app/use-search-word.ts";
import { useFormat } from "../../i18n/format.ts";
import { useCurveColumns, type CurveColumns } from "./curve-columns.ts";
import { Chart } from "../../ui/chart.tsx";
import type { Series } from "../../ui/chart-series.ts";

const curves = ["loss", "rate", "norm", "speed", "memory"] as const;
type Curve = (typeof curves)[number];

const noPoints: readonly CurvePoint[] = [];

/** What training measures, over the steps; one kind of number at a time. */
export function RunChart({ run }: { run: RunReply }) {
  const { t } = useTranslation("run");
  const [curve, setCurve] = useSearchWord("curve", curves);
  const { data } = useQuery(queries.curve(run.project, run.id));
  const points = data?.points ?? noPoints;
  const columns = useCurveColumns(points);
  const series = useMemo(() => seriesOf(curve, columns, t), [curve, columns, t]);
  const formatValue = useFormatValue(curve);
  const { state } = run;
  const over = state.status === "failed" || state.status === "cancelled";
  return (
    <section className="rn-chart" aria-label={t(`curve_${curve}`)}>
      <div className="sec-head">
        <h2>
          {t(`curve_${curve}`)} <span className="aside-term">({t(`curveTerm_${curve}`)})</span>
        </h2>
        <span className="muted">{t(`curveHint_${curve}`)}</span>
        <span className="seg seg-sm end" role="group" aria-label={t("curve")}>
          {curves.map((name) => (
            <button
              key={name}
              type="button"
              aria-pressed={name === curve}
              onClick={() => setCurve(name)}
            >
              {t(`curveShort_${name}`)}
            </button>
          ))}
        </span>
      </div>
      {points.length === 0 ? (
        <p className="muted mt-4 rn-nopoints">{t(over ? "noPointsEver" : "noPoints")}</p>
      ) : (
        <Chart
          label={t(`curve_${curve}`)}
          xLabel={t("steps")}
          x={columns.step}
          series={series}
          formatValue={formatValue}
          // A run that is over has no steps to come, though it may have ended early.
          xEnd={
            state.status === "running" && state.stage === "train" ? state.totalSteps : undefined
          }
        />
      )}
    </section>
  );
}

function seriesOf(
  curve: Curve,
  columns: CurveColumns,
  t: ReturnType<typeof useTranslation<"run">>["t"],
): Series[] {
  switch (curve) {
    case "loss":
      return [
        { label: t("trainingLoss"), values: columns.loss, style: 0 },
        { label: t("heldOut"), values: columns.heldOutLoss, style: 1 },
      ];
    case "rate":
      return [{ label: t("learningRateTerm"), values: columns.learningRate, style: 0 }];
    case "norm":
      return [{ label: t("gradNormTerm"), values: columns.gradNorm, style: 0 }];
    case "speed":
      return [{ label: t("tokensPerSecond"), values: columns.tokensPerSecond, style: 0 }];
    case "memory":
      return [{ label: t("memory"), values: columns.memoryBytes, style: 0 }];
  }
}

function useFormatValue(curve: Curve): (value: number) => string {
  const format = useFormat();
  switch (curve) {
    case "loss":
    case "norm":
      return (value) => format.number(value, 2);
    case "rate":
      return (value) => format.significant(value);
    case "speed":
      return (value) => format.number(value);
    case "memory":
      return format.bytes;
  }
}
