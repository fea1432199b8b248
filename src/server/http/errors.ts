import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { AppError, isErrorCode, toErrorBody } from "#contract/errors.ts";
import type { ErrorBody } from "#contract/errors.ts";
import { statusOf } from "#contract/status.ts";
import { inLanguage, languageOf } from "./language.ts";

/** Answers a failure: `{error: {code, params, message}}`, with the code's status. */
export function answerError(c: Context, error: unknown, log: (text: string) => void): Response {
  const body = toErrorBody(expected(error));
  if (body.code === "internal") {
    log(`${c.req.method} ${c.req.path}: ${error instanceof Error ? error.stack : String(error)}`);
  }
  return answerBody(c, body);
}

function answerBody(c: Context, body: ErrorBody): Response {
  const language = languageOf(c);
  const status = isErrorCode(body.code) ? statusOf(body.code) : 500;
  // An upload that is refused half-way is not read to its end, so the connection is of no more use.
  if (c.req.method === "PUT") c.header("Connection", "close");
  c.header("Content-Language", language);
  c.header("Cache-Control", "no-store");
  c.header("Vary", "Accept-Language");
  return c.json({ error: inLanguage(body, language) }, status as ContentfulStatusCode);
}

/** Hono's own refusals (broken JSON, another content type) as ours. */
function expected(error: unknown): unknown {
  if (!(error instanceof HTTPException) || error.status >= 500) return error;
  const detail =
    error.status === 415
      ? "the body must be JSON, with the header “Content-Type: application/json”"
      : error.message || `status ${error.status}`;
  return new AppError("bad_request", { detail }, { cause: error });
}
