import { useEffect, useMemo, useRef, useState } from "react";
import type { CSSProperties } from "react";
import { useTranslation } from "react-i18next";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { ChartProps } from "./chart-series.ts";
import { thinOut, type ThinMemory } from "./thin-out.ts";

export const dashes: number[][] = [[], [6, 4], [2, 3], [10, 3, 2, 3], [1, 4], [12, 4]];

type View = { from: number; to: number };
type Drawn = Pick<ChartProps, "x" | "series"> & { view: View | null; xEnd: number };

/** The curves on a canvas. Dragging along it looks closer; the button or a double click goes back. */
export function Plot({ x, series, height, formatValue, label, xEnd }: ChartProps) {
  const { t } = useTranslation("common");
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const [view, setView] = useState<View | null>(null);
  const shape = series.map((one) => `${one.label}/${one.style}`).join("|");
  const drawn = useMemo<Drawn>(
    () => ({ x, series, view, xEnd: Math.max(xEnd ?? 0, x.at(-1) ?? 0) }),
    [x, series, view, xEnd],
  );
  const latest = useRef({ drawn, formatValue });
  const memory = useRef<ThinMemory>({});
  latest.current = { drawn, formatValue };

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const make = () => {
      plot.current?.destroy();
      const options = plotOptions(element, latest, setView);
      plot.current = new uPlot(
        options,
        dataOf(latest.current.drawn, element.clientWidth, memory.current),
        element,
      );
    };
    make();
    const resized = new ResizeObserver(() => {
      plot.current?.setSize({ width: element.clientWidth, height: element.clientHeight });
      plot.current?.setData(dataOf(latest.current.drawn, element.clientWidth, memory.current));
    });
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
  }, [shape]);

  useEffect(() => {
    // The plot knows its width; asking the document for it would lay everything out.
    plot.current?.setData(dataOf(drawn, plot.current.width, memory.current));
  }, [drawn]);
  return (
    <div
      className="chart-plot"
      style={
        height === undefined ? undefined : ({ "--chart-height": `${height}px` } as CSSProperties)
      }
    >
      <div ref={box} className="chart-box" role="img" aria-label={label} />
      {view && (
        <button type="button" className="btn btn-sm chart-whole" onClick={() => setView(null)}>
          {t("wholeCurve")}
        </button>
      )}
    </div>
  );
}

const viewOf = ({ x, view, xEnd }: Drawn): View => view ?? { from: x[0] ?? 0, to: xEnd };

/** What is drawn of the points: as much as the width can show. */
function dataOf(drawn: Drawn, width: number, memory: ThinMemory): uPlot.AlignedData {
  const columns = drawn.series.map(({ values }) => values);
  const pixels = Math.max(1, width);
  const thin = thinOut({ x: drawn.x, columns }, { ...viewOf(drawn), pixels }, memory);
  return [thin.x, ...thin.columns];
}

/** Markers tell few points apart; of many they would hide the line. */
const mostMarkers = 80;

function plotOptions(
  element: HTMLElement,
  latest: { current: { drawn: Drawn; formatValue: (value: number) => string } },
  setView: (view: View | null) => void,
): uPlot.Options {
  const style = getComputedStyle(element);
  const color = (name: string) => resolveColor(element, style.getPropertyValue(name));
  const axis: uPlot.Axis = {
    stroke: color("--ink-3"),
    grid: { stroke: color("--rule"), width: 1 },
    ticks: { stroke: color("--edge"), width: 1, size: 4 },
    font: `11.5px ${style.getPropertyValue("--sans")}`,
  };
  const rest = color("--sunk");
  return {
    width: element.clientWidth || 600,
    height: element.clientHeight || 300,
    legend: { show: false },
    cursor: { drag: { x: true, y: false, setScale: false } },
    scales: {
      x: {
        time: false,
        range: () => {
          const { from, to } = viewOf(latest.current.drawn);
          return from < to ? [from, to] : [from, from + 1];
        },
      },
    },
    axes: [
      { ...axis, grid: { show: false } },
      {
        ...axis,
        size: 64,
        values: (_plot, values) => values.map((value) => latest.current.formatValue(value)),
      },
    ],
    series: [
      {},
      ...latest.current.drawn.series.map((one) => ({
        label: one.label,
        stroke: color(`--chart-${one.style + 1}`),
        width: 1.5,
        dash: dashes[one.style] ?? [],
        spanGaps: true,
        points: {
          show: (plot: uPlot, index: number) =>
            one.style !== 0 && countPoints(plot.data[index]) <= mostMarkers,
          size: 7,
          fill: color("--paper"),
        },
      })),
    ],
    hooks: {
      setSelect: [
        (plot) => {
          const { left, width } = plot.select;
          if (width > 0)
            setView({ from: plot.posToVal(left, "x"), to: plot.posToVal(left + width, "x") });
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
        },
      ],
      ready: [(plot) => plot.over.addEventListener("dblclick", () => setView(null))],
      drawClear: [(plot) => shadeRest(plot, latest.current.drawn, rest)],
    },
  };
}

/** What is still to come lies in the shade. */
function shadeRest(plot: uPlot, { x, xEnd }: Drawn, color: string): void {
  const last = x.at(-1);
  if (last === undefined || last >= xEnd) return;
  const { left, top, width, height } = plot.bbox;
  const from = Math.max(left, plot.valToPos(last, "x", true));
  plot.ctx.fillStyle = color;
  plot.ctx.fillRect(from, top, Math.max(0, left + width - from), height);
}

function countPoints(values: ArrayLike<number | null | undefined> | undefined): number {
  let count = 0;
  for (let index = 0; index < (values?.length ?? 0); index++) {
    if (values?.[index] !== null && values?.[index] !== undefined) count += 1;
  }
  return count;
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
