import type { Context, MiddlewareHandler } from "hono";
import { setCookie } from "hono/cookie";
import { html } from "hono/html";
import { errorSentence } from "#contract/errors.ts";
import type { Access } from "./access.ts";
import { sameSecret, tokenCookie } from "./access.ts";
import { languageOf } from "./language.ts";
import { plainPage } from "./plain-page.ts";

const words = {
  en: { title: "Token required", label: "Token", send: "Open" },
  de: { title: "Token nötig", label: "Token", send: "Öffnen" },
};

/**
 * The way in for browsers: an address with `?token=…` puts the token into a cookie that scripts
 * cannot read and other sites cannot use, and goes on without it in the address.
 */
export function signIn(access: Access): MiddlewareHandler {
  return async (c, next) => {
    const given = c.req.query("token");
    if (
      access.token === undefined ||
      given === undefined ||
      c.req.method !== "GET" ||
      c.req.path.startsWith("/api/") ||
      !sameSecret(given, access.token)
    ) {
      return next();
    }
    setCookie(c, tokenCookie, access.token, {
      httpOnly: true,
      sameSite: "Strict",
      path: "/",
      maxAge: 60 * 60 * 24 * 365,
    });
    const url = new URL(c.req.url);
    url.searchParams.delete("token");
    return c.redirect(`${ownPath(url.pathname)}${url.search}`, 303);
  };
}

/** A path that begins with two slashes would be the address of another host. */
const ownPath = (path: string): string => path.replace(/^[/\\]+/, "/");

/** What a browser without the token sees: a field for it. */
export function signInPage(c: Context): Response | Promise<Response> {
  const language = languageOf(c);
  const { title, label, send } = words[language];
  const sentence = errorSentence("token_required", {}, language);
  const field = html`<h1>${title}</h1>
    <p>${sentence}</p>
    <form action="${ownPath(c.req.path)}">
      <label>${label} <input name="token" type="password" autocomplete="off" required /></label>
      <button>${send}</button>
    </form>`;
  return c.html(plainPage(language, `${title} · Tunesmith`, field), 401);
}
