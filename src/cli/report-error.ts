import { bodySentence } from "#contract/body-sentence.ts";
import { toErrorBody, type Language } from "#contract/errors.ts";
import { exitCodeFor } from "./exit-codes.ts";

/**
 * Writes an error to stderr: its sentence, after the place in a spec file where there is one; with
 * `json` one JSON line. The stack only with TUNESMITH_DEBUG. Returns the exit code.
 */
export function reportError(
  error: unknown,
  { json, language }: { json: boolean; language: Language },
): number {
  const body = toErrorBody(error);
  const message = bodySentence(body, language);
  if (json) {
    process.stderr.write(`${JSON.stringify({ error: { ...body, message } })}\n`);
  } else {
    const { at } = body.params;
    process.stderr.write(`${at === undefined ? "" : `${String(at)}: `}${message}\n`);
  }
  if (process.env["TUNESMITH_DEBUG"] && error instanceof Error) {
    process.stderr.write(`${error.stack ?? ""}\n`);
  }
  return exitCodeFor(body.code);
}
