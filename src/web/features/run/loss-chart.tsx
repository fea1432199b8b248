import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { queries } from "../../app/queries.ts";
import { useFormat } from "../../i18n/format.ts";
import { Chart } from "../../ui/chart.tsx";

/** Training and held-out loss over the steps. */
export function LossChart({ project, run }: { project: string; run: string }) {
  const { t } = useTranslation("run");
  const format = useFormat();
  const { data } = useQuery(queries.curve(project, run));
  const points = data?.points ?? [];
  const x = useMemo(() => points.map((point) => point.step), [points]);
  const series = useMemo(
    () => [
      { label: t("trainingLoss"), values: points.map((point) => point.loss), style: 0 },
      { label: t("heldOut"), values: points.map((point) => point.heldOutLoss), style: 1 },
    ],
    [points, t],
  );
  return (
    <section className="rn-chart" aria-label={t("chartTitle")}>
      <div className="sec-head">
        <h2>
          {t("chartTitle")} <span className="aside-term">({t("loss")})</span>
        </h2>
        <span className="muted">{t("lower")}</span>
      </div>
      {points.length === 0 ? (
        <p className="muted mt-4">{t("noPoints")}</p>
      ) : (
        <Chart
          label={t("chartTitle")}
          xLabel={t("steps")}
          x={x}
          series={series}
          formatValue={(value) => format.number(value, 2)}
        />
      )}
    </section>
  );
}
