import { AppError } from "#contract/errors.ts";
import type { ErrorBody, ErrorCode, ErrorParams } from "#contract/errors.ts";

/** Where a row stands that has no line of its own: `row` counts from 1, within its sheet. */
export interface SheetPlace {
  row: number;
  sheet?: string;
}

/** Why a row cannot be used, before it is known where the row stands. */
export interface Fault {
  code: ErrorCode;
  params: ErrorParams;
}

export const fault = (code: ErrorCode, params: ErrorParams = {}): { fault: Fault } => ({
  fault: { code, params },
});

/** A fault with its place, as it stands in the ledger. */
export function faultBody(
  { code, params }: Fault,
  file: string,
  line: number,
  place?: SheetPlace,
): ErrorBody {
  return new AppError(code, { ...placeParams(file, line, place), ...params }).toBody();
}

/** Where a row stands, as sentences name it: in a line, or as a row of a list or a sheet. */
function placeParams(file: string, line: number, place?: SheetPlace): ErrorParams {
  if (!place) return { line, file };
  const { row, sheet } = place;
  return { line: row, file: sheet === undefined ? file : `${file} (${sheet})`, unit: "row" };
}
