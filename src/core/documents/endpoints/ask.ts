import { setTimeout as sleep } from "node:timers/promises";
import type { DraftService } from "#contract/drafts.ts";
import { AppError } from "#contract/errors.ts";
import { errorText } from "../../files/error-code.ts";
import type { DraftReply, DraftRequest } from "./endpoint.ts";
import { protocols } from "./protocols.ts";

export interface Endpoint {
  service: DraftService;
  /** Without a slash at its end. */
  address: string;
  key?: string | undefined;
}
export interface AskOptions {
  signal?: AbortSignal | undefined;
  /** Milliseconds before the first repetition; each later one waits twice as long. */
  patience?: number;
}

/** What may pass: too many requests, or a service that is down for a moment. */
const passing = new Set([408, 409, 425, 429, 500, 502, 503, 504, 529]);
const repetitions = 4;

/**
 * One request for drafts. What may pass is tried again, four times. The key goes to this address and
 * nowhere else: redirects are refused.
 * Errors: draft_unreachable, draft_refused, draft_reply_invalid, AbortError.
 */
export async function askForDrafts(
  { service, address, key }: Endpoint,
  request: DraftRequest,
  { signal, patience = 1000 }: AskOptions = {},
): Promise<DraftReply> {
  const { path, headers, body, read } = protocols[service];
  for (let attempt = 0; ; attempt += 1) {
    signal?.throwIfAborted();
    const last = attempt === repetitions;
    let reply: Response;
    let text: string;
    try {
      reply = await fetch(address + path, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers(key) },
        body: JSON.stringify(body(request)),
        redirect: "error",
        ...(signal && { signal }),
      });
      text = await reply.text();
    } catch (error) {
      if (signal?.aborted) throw error;
      if (!last && attempt < 1) {
        await sleep(patience, undefined, signal && { signal });
        continue;
      }
      const cause = error instanceof Error && error.cause ? error.cause : error;
      throw new AppError("draft_unreachable", { address, detail: errorText(cause) });
    }
    if (passing.has(reply.status) && !last) {
      await sleep(waitFor(reply, patience * 2 ** attempt), undefined, signal && { signal });
      continue;
    }
    if (!reply.ok) {
      const detail = detailOf(text);
      throw new AppError("draft_refused", { address, status: reply.status, detail });
    }
    try {
      return read(JSON.parse(text));
    } catch {
      throw new AppError("draft_reply_invalid", { address, detail: shorten(text) });
    }
  }
}

/** As the service asks, in seconds, but no longer than a minute. */
function waitFor(reply: Response, otherwise: number): number {
  const seconds = Number(reply.headers.get("retry-after"));
  return seconds > 0 ? Math.min(seconds, 60) * 1000 : otherwise;
}

/** The sentence that a refusal carries, wherever its protocol puts it. */
function detailOf(text: string): string {
  try {
    const reply = JSON.parse(text) as { error?: { message?: unknown } | string; message?: unknown };
    const { error, message } = reply;
    const found = typeof error === "string" ? error : (error?.message ?? message);
    if (typeof found === "string") return shorten(found);
  } catch {
    // Not JSON: the text itself tells.
  }
  return shorten(text);
}

const shorten = (text: string): string => text.replaceAll(/\s+/g, " ").trim().slice(0, 300);
