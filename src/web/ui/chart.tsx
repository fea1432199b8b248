import { useEffect, useId, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { Icon } from "./icon.tsx";

/** One series: `values[i]` belongs to the chart's `x[i]`; null = no point there. */
export interface Series {
  label: string;
  values: (number | null)[];
  /** 0–5: colour, dash and marker go together, so a series reads without colour. */
  style: number;
}

const dashes: number[][] = [[], [6, 4], [2, 3], [10, 3, 2, 3], [1, 4], [12, 4]];

/**
 * Curves over steps. uPlot draws them; the same numbers stand in a table behind a button, which is
 * the text alternative.
 */
export function Chart(props: {
  label: string;
  xLabel: string;
  x: number[];
  series: readonly Series[];
  formatValue: (value: number) => string;
  height?: number;
}) {
  const { t } = useTranslation("common");
  const [asTable, setAsTable] = useState(false);
  const tableId = useId();
  return (
    <figure aria-label={props.label} className="chart-figure">
      <div className="row row-between chart-head">
        <Legend series={props.series} />
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
      <div id={tableId}>{asTable ? <ValueTable {...props} /> : <Plot {...props} />}</div>
    </figure>
  );
}

type PlotProps = Parameters<typeof Chart>[0];

function Plot({ x, series, height = 300, formatValue, label }: PlotProps) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const shape = series.map((one) => `${one.label}/${one.style}`).join("|");
  const data = useMemo(
    () => [x, ...series.map((one) => one.values)] as uPlot.AlignedData,
    [x, series],
  );
  const latest = useRef(data);
  latest.current = data;

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const make = () => {
      plot.current?.destroy();
      const options = plotOptions(element, series, height, formatValue);
      plot.current = new uPlot(options, latest.current, element);
    };
    make();
    const resized = new ResizeObserver(() =>
      plot.current?.setSize({ width: element.clientWidth, height }),
    );
    resized.observe(element);
    // Canvas colours are read once, so a change of theme draws anew.
    const themed = new MutationObserver(make);
    themed.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    const dark = matchMedia("(prefers-color-scheme: dark)");
    dark.addEventListener("change", make);
    return () => {
      resized.disconnect();
      themed.disconnect();
      dark.removeEventListener("change", make);
      plot.current?.destroy();
      plot.current = null;
    };
    // Only a change of the series' names or styles needs a new plot; new data is set below.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [shape, height]);

  useEffect(() => plot.current?.setData(data), [data]);
  return <div ref={box} className="chart-box" role="img" aria-label={label} />;
}

function plotOptions(
  element: HTMLElement,
  series: readonly Series[],
  height: number,
  formatValue: (value: number) => string,
): uPlot.Options {
  const style = getComputedStyle(element);
  const color = (name: string) => resolveColor(element, style.getPropertyValue(name));
  const axis: uPlot.Axis = {
    stroke: color("--ink-3"),
    grid: { stroke: color("--rule"), width: 1 },
    ticks: { stroke: color("--edge"), width: 1, size: 4 },
    font: `11.5px ${style.getPropertyValue("--sans")}`,
  };
  return {
    width: element.clientWidth || 600,
    height,
    legend: { show: false },
    cursor: { drag: { x: true, y: false } },
    scales: { x: { time: false } },
    axes: [
      { ...axis, grid: { show: false } },
      { ...axis, size: 56, values: (_plot, values) => values.map(formatValue) },
    ],
    series: [
      {},
      ...series.map((one) => ({
        label: one.label,
        stroke: color(`--chart-${one.style + 1}`),
        width: 1.5,
        dash: dashes[one.style] ?? [],
        spanGaps: true,
        points: { show: one.style !== 0, size: 7, fill: color("--paper") },
      })),
    ],
  };
}

/** A canvas cannot read light-dark(): let the browser resolve it once on an element. */
function resolveColor(element: HTMLElement, value: string): string {
  const probe = document.createElement("span");
  probe.style.color = value;
  element.append(probe);
  const resolved = getComputedStyle(probe).color;
  probe.remove();
  return resolved;
}

function Legend({ series }: { series: readonly Series[] }) {
  return (
    <ul className="row wrap gap-4 sm">
      {series.map((one) => (
        <li key={one.label} className="row gap-1">
          <svg width="26" height="10" aria-hidden="true">
            <path
              d="M0 5h26"
              stroke={`var(--chart-${one.style + 1})`}
              strokeWidth="2"
              strokeDasharray={dashes[one.style]?.join(" ") || undefined}
            />
            {one.style !== 0 && (
              <circle cx="13" cy="5" r="3" fill={`var(--chart-${one.style + 1})`} />
            )}
          </svg>
          {one.label}
        </li>
      ))}
    </ul>
  );
}

const tableRows = 200;

function ValueTable({ x, series, xLabel, label, formatValue }: PlotProps) {
  const every = Math.max(1, Math.ceil(x.length / tableRows));
  const rows = x
    .map((value, index) => ({ value, index }))
    .filter(({ index }) => index % every === 0);
  return (
    <div className="chart-table" tabIndex={0} role="region" aria-label={label}>
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
