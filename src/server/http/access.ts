import { createHash, timingSafeEqual } from "node:crypto";
import { isIP } from "node:net";
import { hostname } from "node:os";
import type { Context, MiddlewareHandler } from "hono";
import { getCookie } from "hono/cookie";
import { AppError } from "#contract/errors.ts";

/** Who may ask. */
export interface Access {
  /** Listening on loopback alone. */
  readonly loopback: boolean;
  /** Where set, every request must bring it. Always set where others can reach the server. */
  readonly token?: string | undefined;
  /** More host names that the server may be asked under, such as that of a proxy before it. */
  readonly hosts?: readonly string[];
  /** More origins that may ask, such as that of a development server: "http://localhost:5173". */
  readonly origins?: readonly string[];
}

export const tokenCookie = "tunesmith_token";

/**
 * Refuses requests under a foreign host name (which a page of another site may have pointed here),
 * from a foreign page, and without the token where one is needed.
 * Errors: forbidden_host, forbidden_origin, token_required.
 */
export function guard(access: Access): MiddlewareHandler {
  return async (c, next) => {
    const host = c.req.header("host") ?? new URL(c.req.url).host;
    if (!isOwnHost(host, access)) throw new AppError("forbidden_host", { host });
    refuseForeignPage(c, host, access);
    if (access.token !== undefined && !hasToken(c, access.token)) {
      throw new AppError("token_required");
    }
    await next();
  };
}

function isOwnHost(host: string, access: Access): boolean {
  const url = URL.canParse(`http://${host}`) ? new URL(`http://${host}`) : undefined;
  if (!url || url.host !== host.toLowerCase().replace(/:80$/, "")) return false;
  const name = url.hostname;
  if (isLoopback(name) || access.hosts?.includes(name)) return true;
  if (access.loopback) return false;
  // No name of another site can be pointed at a literal address, nor at this machine's own name.
  const own = hostname().toLowerCase();
  return isIP(name.replace(/^\[|\]$/g, "")) > 0 || name === own || name === `${own}.local`;
}

/** Whether only this machine can reach a server that listens on, or is asked under, this name. */
export function isLoopback(name: string): boolean {
  return (
    name === "localhost" || name === "::1" || name === "[::1]" || /^127(\.\d{1,3}){3}$/.test(name)
  );
}

function refuseForeignPage(c: Context, host: string, access: Access): void {
  const origin = c.req.header("origin");
  if (origin !== undefined) {
    const own = origin === `http://${host}` || origin === `https://${host}`;
    if (!own && !access.origins?.includes(origin)) {
      throw new AppError("forbidden_origin", { origin });
    }
  } else if (c.req.path.startsWith("/api/") && c.req.header("sec-fetch-site") === "cross-site") {
    // Browsers send no Origin with simple requests for images, scripts and frames.
    throw new AppError("forbidden_origin", { origin: c.req.header("referer") ?? "another site" });
  }
}

function hasToken(c: Context, token: string): boolean {
  const bearer = /^Bearer (.+)$/i.exec(c.req.header("authorization") ?? "")?.[1];
  return sameSecret(bearer ?? getCookie(c, tokenCookie) ?? "", token);
}

/** Compares in a time that tells nothing about where the two part. */
export function sameSecret(given: string, expected: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
