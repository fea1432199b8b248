import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { dashes, Plot } from "./chart-plot.tsx";
import type { ChartProps, Series } from "./chart-series.ts";
import { Icon } from "./icon.tsx";

/**
 * Curves over steps. uPlot draws them; the same numbers stand in a table behind a button, which is
 * the text alternative. Each of several series can be put aside.
 */
export function Chart(props: ChartProps) {
  const { t } = useTranslation("common");
  const [asTable, setAsTable] = useState(false);
  const [hidden, setHidden] = useState<readonly string[]>([]);
  const tableId = useId();
  const shown = props.series.filter(({ label }) => !hidden.includes(label));
  const toggle = (label: string) =>
    setHidden(hidden.includes(label) ? hidden.filter((one) => one !== label) : [...hidden, label]);
  return (
    <figure aria-label={props.label} className="chart-figure">
      <div className="row row-between chart-head">
        <Legend
          series={props.series}
          hidden={hidden}
          onToggle={props.series.length > 1 ? toggle : undefined}
        />
        <button
          type="button"
          className="btn btn-quiet btn-sm"
          aria-pressed={asTable}
          aria-controls={tableId}
          onClick={() => setAsTable(!asTable)}
        >
          <Icon name="list" small />
          {t("asTable")}
        </button>
      </div>
      <div id={tableId}>
        {asTable ? <ValueTable {...props} series={shown} /> : <Plot {...props} series={shown} />}
      </div>
    </figure>
  );
}

function Legend(props: {
  series: readonly Series[];
  hidden: readonly string[];
  onToggle: ((label: string) => void) | undefined;
}) {
  const { hidden, onToggle } = props;
  return (
    <ul className="chart-legend">
      {props.series.map((one) => (
        <li key={one.label}>
          {onToggle ? (
            <button
              type="button"
              aria-pressed={!hidden.includes(one.label)}
              onClick={() => onToggle(one.label)}
            >
              <LineSample style={one.style} />
              {one.label}
            </button>
          ) : (
            <span>
              <LineSample style={one.style} />
              {one.label}
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}

export function LineSample({ style }: { style: number }) {
  return (
    <svg width="26" height="10" aria-hidden="true">
      <path
        d="M0 5h26"
        stroke={`var(--chart-${style + 1})`}
        strokeWidth="2"
        strokeDasharray={dashes[style]?.join(" ") || undefined}
      />
      {style !== 0 && <circle cx="13" cy="5" r="3" fill={`var(--chart-${style + 1})`} />}
    </svg>
  );
}

const tableRows = 200;

function ValueTable({ x, series, xLabel, label, formatValue }: ChartProps) {
  const { t } = useTranslation("common");
  const every = Math.max(1, Math.ceil(x.length / tableRows));
  const rows = x
    .map((value, index) => ({ value, index }))
    .filter(({ index }) => index % every === 0);
  return (
    <div
      className="chart-table"
      tabIndex={0}
      role="region"
      aria-label={`${label}: ${t("asTable")}`}
    >
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{xLabel}</th>
            {series.map((one) => (
              <th key={one.label} scope="col" className="num-r">
                {one.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ value, index }) => (
            <tr key={index}>
              <th scope="row">{value}</th>
              {series.map((one) => {
                const shown = one.values[index];
                return (
                  <td key={one.label} className="num-r">
                    {shown === null || shown === undefined ? "–" : formatValue(shown)}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
