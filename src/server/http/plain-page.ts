import { html } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";

type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

/** A page that needs neither script nor the built page. */
export function plainPage(lang: "en" | "de", title: string, main: Html): Html {
  return html`<!doctype html>
    <html lang="${lang}">
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <title>${title}</title>
      <style>
        :root {
          color-scheme: light dark;
          font:
            1rem/1.5 system-ui,
            sans-serif;
        }
        main {
          max-width: 40rem;
          margin: 10vh auto;
          padding: 0 1rem;
        }
        input,
        button {
          font: inherit;
          padding: 0.4rem 0.6rem;
        }
      </style>
      <main>${main}</main>
    </html>`;
}
