import { z } from "zod";
import { errorSentence, type ErrorCode } from "./error-sentence.ts";
import type { ErrorParams } from "./sentence.ts";

export { errorCodes, errorSentence, isErrorCode, type ErrorCode } from "./error-sentence.ts";
export type { ErrorParams, Language } from "./sentence.ts";

/** What crosses every boundary when something expected goes wrong. */
export const errorBodySchema = z.object({
  code: z.string(),
  params: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  message: z.string(),
});
export type ErrorBody = z.infer<typeof errorBodySchema>;

/** An expected failure: a code for programs, a sentence for people, and where it happened. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly params: ErrorParams;

  constructor(code: ErrorCode, params: ErrorParams = {}, options?: ErrorOptions) {
    super(errorSentence(code, params), options);
    this.name = "AppError";
    this.code = code;
    this.params = params;
  }

  toBody(): ErrorBody {
    return { code: this.code, params: this.params, message: this.message };
  }
}

/** Any thrown value as an error body; what nobody expected becomes `internal` with its text. */
export function toErrorBody(error: unknown): ErrorBody {
  if (error instanceof AppError) return error.toBody();
  const detail = error instanceof Error ? error.message : String(error);
  return new AppError("internal", { detail }).toBody();
}
