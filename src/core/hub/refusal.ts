import { AppError } from "#contract/errors.ts";
import { errorCode } from "../files/error-code.ts";
import type { HubPlace } from "./place.ts";
import { pagePath, type Repo } from "./repo.ts";
import type { HubToken } from "./token.ts";

/** What a request was about, in the words of an error. */
export interface Asked {
  /** Such as the name of a file. */
  readonly what: string;
  readonly repo?: Repo;
}

interface Circumstances {
  readonly place: HubPlace;
  readonly token: HubToken | undefined;
  readonly asked: Asked;
}

const wrongToken =
  /invalid (credentials|user token|username)|user access token .* (expired|revoked)/i;

/**
 * A refused request as an error in words. The hub names the cause in X-Error-Code, since it answers
 * 401 for a missing repository, too (huggingface_hub/utils/_http.py, hf_raise_for_status).
 */
export async function refusalOf(
  response: Response,
  { place, token, asked }: Circumstances,
): Promise<AppError> {
  const { status, headers } = response;
  const cause = headers.get("x-error-code");
  const detail = headers.get("x-error-message") ?? (await readDetail(response));
  const { host } = place;
  const source = token?.source ?? "";
  if (status === 429)
    return new AppError("hub_rate_limited", { host, seconds: retryAfter(headers) });
  if (token && (status === 401 || status === 403) && wrongToken.test(detail)) {
    return new AppError("hub_token_wrong", {
      host,
      source,
      url: `${place.endpoint}/settings/tokens`,
    });
  }
  const { repo } = asked;
  if (repo && cause === "GatedRepo") {
    const params = { id: repo.id, url: place.endpoint + pagePath(repo) };
    if (token) return new AppError("hub_gated_refused", { ...params, source });
    return new AppError("hub_gated", params);
  }
  if (status === 401 || status === 404) {
    return new AppError("hub_not_found", { host, id: repo?.id ?? asked.what });
  }
  return new AppError("hub_refused", { host, what: asked.what, status, detail });
}

/** Whether an error may be gone in a moment. */
export function isPassing({ code, params }: AppError): boolean {
  if (code === "hub_rate_limited") return true;
  const status = Number(params["status"]);
  return code === "hub_refused" && (status >= 500 || status === 408 || status === 425);
}

/** Seconds that the hub asked to wait for, else 0. */
export function secondsToWait(error: unknown): number {
  if (!(error instanceof AppError) || error.code !== "hub_rate_limited") return 0;
  return Number(error.params["seconds"]);
}

/** A failed connection in a few words, such as "ENOTFOUND" or "other side closed". */
export function detailOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TimeoutError") return "no answer in time";
  const { cause } = error;
  if (cause instanceof AggregateError) return detailOf(cause.errors[0]);
  if (cause instanceof Error) return detailOf(cause);
  return errorCode(error) ?? error.message;
}

/** `Retry-After` in seconds, at least 1; the hub's own window of five minutes where it is absent. */
function retryAfter(headers: Headers): number {
  const value = headers.get("retry-after");
  if (value === null) return 300;
  const seconds = /^\d+$/.test(value) ? Number(value) : (Date.parse(value) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.max(1, Math.ceil(seconds)) : 300;
}

const mostDetail = 200;

async function readDetail(response: Response): Promise<string> {
  const text = await response.text().catch(() => "");
  try {
    const { error } = JSON.parse(text) as { error?: unknown };
    if (typeof error === "string") return error.slice(0, mostDetail);
  } catch {
    // Not JSON: no words of the hub.
  }
  return response.statusText || text.slice(0, mostDetail);
}
