import { useQueries } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { RunReply } from "#contract/routes/runs.ts";
import { queries } from "../../app/queries.ts";
import { useFormat } from "../../i18n/format.ts";
import { Chart } from "../../ui/chart.tsx";
import { measures, overlay, scales, type Measure, type Scale } from "./overlay.ts";

/** The curves of several runs over one another; runs of other lengths meet by passes or tokens. */
export function Curves({ project, runs }: { project: string; runs: readonly RunReply[] }) {
  const { t } = useTranslation("history");
  const format = useFormat();
  const [chosen, setMeasure] = useState<Measure | null>(null);
  const [scale, setScale] = useState<Scale>("steps");
  const results = useQueries({ queries: runs.map((run) => queries.curve(project, run.id)) });
  const curves = results.map((result) => result.data?.points ?? []);
  const hasHeldOut = curves.some((points) => points.some((point) => point.heldOutLoss !== null));
  // Without held-out rows there is still what training said.
  const measure = chosen ?? (hasHeldOut ? "heldOutLoss" : "loss");
  const stamp = [
    measure,
    scale,
    ...runs.map(
      (run, index) => `${run.id}/${curves[index]?.length}/${curves[index]?.at(-1)?.step}`,
    ),
  ].join();
  const { x, series } = useMemo(
    () =>
      overlay(runs.map(planOf), curves, { measure, scale, name: (number) => t("run", { number }) }),
    // oxlint-disable-next-line react/exhaustive-deps -- the stamp names all that the picture depends on
    [stamp, t],
  );
  if (runs.length === 0) return null;
  return (
    <section aria-label={t("curves")} className="curves">
      <div className="sec-head">
        <h2 className="big">{t(measure)}</h2>
        <span className="muted">{t("lower")}</span>
        <span className="end row wrap gap-3">
          <Choice
            label={t("measure")}
            options={measures.map((value) => ({ value, name: t(`short_${value}`) }))}
            value={measure}
            onChange={setMeasure}
          />
          <Choice
            label={t("scale")}
            options={scales.map((value) => ({ value, name: t(`by_${value}`) }))}
            value={scale}
            onChange={setScale}
          />
        </span>
      </div>
      {x.length === 0 ? (
        <p className="muted mt-4">{t("noPoints")}</p>
      ) : (
        <Chart
          label={t(measure)}
          xLabel={t(scale)}
          x={x}
          series={series}
          formatValue={(value) => format.number(value, 2)}
          height={260}
        />
      )}
    </section>
  );
}

function Choice<V extends string>(props: {
  label: string;
  options: readonly { value: V; name: string }[];
  value: V;
  onChange: (value: V) => void;
}) {
  return (
    <span className="seg seg-sm" role="group" aria-label={props.label}>
      {props.options.map(({ value, name }) => (
        <button
          key={value}
          type="button"
          aria-pressed={value === props.value}
          onClick={() => props.onChange(value)}
        >
          {name}
        </button>
      ))}
    </span>
  );
}

const planOf = ({ number, spec }: RunReply) => ({ number, ...spec.plan });
