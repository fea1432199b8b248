/** One series: `values[i]` belongs to the chart's `x[i]`; null = no point there. */
export interface Series {
  label: string;
  values: (number | null)[];
  /** 0–5: colour, dash and marker go together, so a series reads without colour. */
  style: number;
}

export interface ChartProps {
  label: string;
  xLabel: string;
  x: number[];
  series: readonly Series[];
  formatValue: (value: number) => string;
  /** Of the plot, in pixels; else the styles say. */
  height?: number;
  /** Where the axis ends; the last x where absent. What is still to come is shaded. */
  xEnd?: number | undefined;
}
