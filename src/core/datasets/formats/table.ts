import { fault } from "../fault.ts";
import type { Fault } from "../fault.ts";
import { AppError } from "#contract/errors.ts";

/** More columns than any table of examples has. */
export const mostColumns = 10_000;

/** The columns' names by a header's cells; nameless and repeated ones get names of their own. */
export function columnNames(cells: readonly string[], file: string): string[] {
  if (cells.length > mostColumns) {
    throw new AppError("data_too_many_columns", {
      file,
      columns: cells.length,
      limit: mostColumns,
    });
  }
  const names = new Set<string>();
  for (const [index, cell] of cells.entries()) {
    const name = cell.trim() === "" ? String(index + 1) : cell.trim();
    let unique = name;
    for (let copy = 2; names.has(unique); copy += 1) unique = `${name} (${copy})`;
    names.add(unique);
  }
  return [...names];
}

/** Names of columns that nobody named: "1", "2", … */
export const numberedColumns = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => String(index + 1));

/** A table's row as an object; too many cells are a fault, missing ones are empty. */
export function rowOf<T>(
  names: readonly string[],
  cells: readonly T[],
  isEmpty: (cell: T) => boolean,
): { value: Record<string, T> } | { fault: Fault } {
  let used = cells.length;
  while (used > names.length && isEmpty(cells[used - 1]!)) used -= 1;
  if (used > names.length) return fault("row_cells", { cells: used, columns: names.length });
  const entries = names.flatMap((name, index) => {
    const cell = cells[index];
    return cell === undefined ? [] : ([[name, cell]] as const);
  });
  return { value: Object.fromEntries(entries) };
}
