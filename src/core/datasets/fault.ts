import { AppError } from "#contract/errors.ts";
import type { ErrorBody, ErrorCode, ErrorParams } from "#contract/errors.ts";

/** Why a row cannot be used, before it is known where the row stands. */
export interface Fault {
  code: ErrorCode;
  params: ErrorParams;
}

export const fault = (code: ErrorCode, params: ErrorParams = {}): { fault: Fault } => ({
  fault: { code, params },
});

/** A fault with its place, as it stands in the ledger. */
export function faultBody({ code, params }: Fault, file: string, line: number): ErrorBody {
  return new AppError(code, { line, file, ...params }).toBody();
}
