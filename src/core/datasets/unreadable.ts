import { AppError } from "#contract/errors.ts";
import type { ErrorBody } from "#contract/errors.ts";
import { isMissing } from "../files/error-code.ts";

/** Why a file as a whole cannot be read; undefined for an error that is not the file's. */
export function unreadableReason(error: unknown, file: string): ErrorBody | undefined {
  if (error instanceof AppError && error.code.startsWith("data_")) return error.toBody();
  // Someone took it out of the workspace by hand.
  return isMissing(error) ? new AppError("data_file_missing", { file }).toBody() : undefined;
}
