import stringWidth from "string-width";
import wrapAnsi from "wrap-ansi";

export interface Column {
  readonly title: string;
  readonly align?: "left" | "right";
  /** Narrowest width this column is shrunk to; its title's width where absent. */
  readonly minimum?: number;
  /** How much width it gets beside the others where not all fits; 1 where absent. */
  readonly weight?: number;
}

const gap = "  ";
const maxCellLines = 14;

/**
 * A table of wrapped cells, at most `width` columns wide wherever the minima allow it. Widths count
 * as the terminal shows them (East Asian characters and emoji take two columns). `ruled` parts rows of
 * several lines by a thin line.
 */
export function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width: number,
  { ruled = false }: { ruled?: boolean } = {},
): string {
  const widths = columnWidths(columns, rows, width);
  const lines = (cells: readonly string[]) => renderRow(columns, cells, widths);
  const rule = (mark: string) => widths.map((size) => mark.repeat(size)).join(gap);
  const body = rows.map(lines);
  const parted = ruled && body.some((row) => row.length > 1);
  return [
    ...lines(columns.map((column) => column.title)),
    rule("─"),
    ...body.flatMap((row, index) => (parted && index > 0 ? [rule("┄"), ...row] : row)),
  ].join("\n");
}

/** Natural widths, with the widest columns (by weight) cut down first until the table fits. */
function columnWidths(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width: number,
): number[] {
  const widest = (text: string) => Math.max(...text.split("\n").map((line) => stringWidth(line)));
  const widths = columns.map((column, index) =>
    Math.max(widest(column.title), ...rows.map((row) => widest(row[index] ?? ""))),
  );
  const minima = columns.map(({ minimum, title }) => minimum ?? stringWidth(title));
  let excess = widths.reduce((sum, size) => sum + size, gap.length * (columns.length - 1)) - width;
  while (excess > 0) {
    const spare = widths.map((size, index) =>
      size > (minima[index] ?? 1) ? size / (columns[index]?.weight ?? 1) : 0,
    );
    const target = spare.indexOf(Math.max(...spare));
    if (spare[target] === 0) break;
    widths[target] = (widths[target] ?? 1) - 1;
    excess--;
  }
  return widths;
}

function renderRow(
  columns: readonly Column[],
  cells: readonly string[],
  widths: readonly number[],
): string[] {
  const wrapped = columns.map((_, index) => wrapCell(cells[index] ?? "", widths[index] ?? 1));
  const height = Math.max(...wrapped.map((lines) => lines.length));
  return Array.from({ length: height }, (_, line) =>
    columns
      .map((column, index) => pad(wrapped[index]?.[line] ?? "", widths[index] ?? 1, column.align))
      .join(gap)
      .trimEnd(),
  );
}

function wrapCell(text: string, width: number): string[] {
  const lines = wrapAnsi(text, width, { hard: true }).split("\n");
  return lines.length > maxCellLines ? [...lines.slice(0, maxCellLines - 1), "…"] : lines;
}

function pad(text: string, width: number, align: Column["align"] = "left"): string {
  const blanks = " ".repeat(Math.max(0, width - stringWidth(text)));
  return align === "right" ? blanks + text : text + blanks;
}
