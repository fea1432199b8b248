import { setTimeout as sleep } from "node:timers/promises";
import { AppError } from "#contract/errors.ts";
import type { HubPlace } from "./place.ts";
import { detailOf, isPassing, refusalOf, secondsToWait, type Asked } from "./refusal.ts";
import type { HubToken } from "./token.ts";

/** How requests to the hub are made. */
export interface HubConnection {
  readonly place: HubPlace;
  readonly token?: HubToken;
  readonly patience: Patience;
}

export interface Patience {
  /** Attempts without any progress before an error is told. */
  readonly attempts: number;
  /** Wait before the second attempt; doubled before each further one. */
  readonly waitMs: number;
  /** How long nothing may arrive before a connection counts as lost. */
  readonly idleMs: number;
}

export const usualPatience: Patience = { attempts: 6, waitMs: 1000, idleMs: 60_000 };
/** A person waits for the answer of a search. */
export const shortPatience: Patience = { attempts: 2, waitMs: 500, idleMs: 15_000 };

/** No answer of the hub asks for a longer wait than this before it is told. */
const longestWaitMs = 60_000;
const mostRedirects = 10;

export interface HubReply {
  readonly response: Response;
  /** The first value that any answer of the hub's own host gave for a header. */
  readonly header: (name: string) => string | undefined;
}

interface Options {
  method?: "GET" | "HEAD";
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

/**
 * One request, its redirects followed. The access token goes to the hub's own origin alone, never
 * to another host that it redirects to. Errors: those of `refusalOf`; what fetch throws.
 */
export async function sendOnce(
  { place, token }: HubConnection,
  address: string,
  asked: Asked,
  { method = "GET", headers = {}, signal }: Options,
): Promise<HubReply> {
  const home = new URL(place.endpoint).origin;
  const seen: Headers[] = [];
  let url = new URL(address, `${place.endpoint}/`);
  for (let redirects = 0; redirects <= mostRedirects; redirects++) {
    const own = url.origin === home;
    const authorization = own && token ? { authorization: `Bearer ${token.value}` } : {};
    const response = await fetch(url, {
      method,
      redirect: "manual",
      // Hashes and ranges are of the file, not of what a compression makes of it.
      headers: { "accept-encoding": "identity", ...headers, ...authorization },
      ...(signal ? { signal } : {}),
    });
    if (own) seen.push(response.headers);
    const next = response.headers.get("location");
    if (response.status < 300 || response.status > 399 || next === null) {
      if (!response.ok) throw await refusalOf(response, { place, token, asked });
      return { response, header: (name) => firstHeader(seen, name) };
    }
    await response.body?.cancel();
    const target = URL.parse(next, url.href);
    // Links to storage are made for GET alone; what they say of a file the hub says, too.
    if (method === "HEAD" && target && target.origin !== home) {
      return { response, header: (name) => firstHeader(seen, name) };
    }
    if (!target || !isSafeStep(url, target)) {
      throw new AppError("hub_reply_invalid", {
        host: place.host,
        what: asked.what,
        detail: `redirect to ${next.slice(0, 200)}`,
      });
    }
    url = target;
  }
  throw new AppError("hub_reply_invalid", {
    host: place.host,
    what: asked.what,
    detail: `${mostRedirects} redirects`,
  });
}

/** Nothing that was asked for over TLS is taken in clear. */
const isSafeStep = (from: URL, to: URL): boolean =>
  to.protocol === "https:" || (to.protocol === "http:" && from.protocol === "http:");

function firstHeader(seen: readonly Headers[], name: string): string | undefined {
  return seen.map((headers) => headers.get(name)).find((value) => value !== null) ?? undefined;
}

/**
 * A small reply of the hub, wholly read. What passes by itself is tried again with growing waits.
 * Errors: hub_offline, hub_unreachable, and those of `refusalOf`.
 */
export async function askHub<T>(
  connection: HubConnection,
  address: string,
  asked: Asked,
  read: (reply: HubReply) => Promise<T>,
  options: Options = {},
): Promise<T> {
  const { place, patience } = connection;
  if (place.offline) throw new AppError("hub_offline");
  for (let attempt = 1; ; attempt++) {
    const idle = AbortSignal.timeout(patience.idleMs);
    const signal = options.signal ? AbortSignal.any([options.signal, idle]) : idle;
    try {
      return await read(await sendOnce(connection, address, asked, { ...options, signal }));
    } catch (error) {
      options.signal?.throwIfAborted();
      if (error instanceof AppError && !isPassing(error)) throw error;
      const wait = waitBefore(attempt, patience, error);
      if (wait === undefined) {
        if (error instanceof AppError) throw error;
        const params = { host: place.host, detail: detailOf(error) };
        throw new AppError("hub_unreachable", params, { cause: error });
      }
      await pause(wait, options.signal);
    }
  }
}

/** Milliseconds until the next attempt; undefined where there is to be none. */
export function waitBefore(
  attempt: number,
  { attempts, waitMs }: Patience,
  error: unknown,
): number | undefined {
  if (attempt >= attempts) return undefined;
  const asked = secondsToWait(error) * 1000;
  return asked > longestWaitMs ? undefined : Math.max(asked, waitMs * 2 ** (attempt - 1));
}

/** Ends early, with the signal's reason, where the signal aborts. */
export async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  await sleep(ms, undefined, signal ? { signal } : {}).catch((error: unknown) => {
    signal?.throwIfAborted();
    throw error;
  });
}
