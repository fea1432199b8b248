import { html, raw } from "hono/html";
import type { openApiDocument } from "./openapi.ts";

type Document = ReturnType<typeof openApiDocument>;
type Schema = Record<string, unknown>;
interface Operation {
  method: string;
  path: string;
  summary?: string;
  description?: string;
  operationId?: string;
  tags?: string[];
  parameters?: {
    name: string;
    in: string;
    required?: boolean;
    schema?: Schema;
    description?: string;
  }[];
  requestBody?: { content?: Record<string, { schema?: Schema }> };
  responses: Record<string, { description: string; content?: Record<string, { schema?: Schema }> }>;
}

const methods = ["get", "put", "post", "patch", "delete"] as const;

/** The OpenAPI document as one page that needs no script and asks for nothing more. */
export function docsPage(document: Document) {
  const operations = operationsOf(document);
  const tags = Map.groupBy(operations, ({ tags }) => tags?.[0] ?? "Other");
  const schemas = Object.entries((document.components?.schemas ?? {}) as Record<string, Schema>);
  return html`<!doctype html>
    <html lang="en">
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <title>Tunesmith's API</title>
      <style>
        ${raw(style)}
      </style>
      <nav aria-label="Contents">
        <h2>Contents</h2>
        ${[...tags].map(
          ([tag, list]) =>
            html`<h3>${tag}</h3>
              <ul>
                ${list.map((operation) => html`<li><a href="#${operation.operationId}">${operation.summary}</a></li>`)}
              </ul>`,
        )}
        <h3>Schemas</h3>
        <ul>
          ${schemas.map(([name]) => html`<li><a href="#schema-${name}">${name}</a></li>`)}
        </ul>
      </nav>
      <main>
        <h1>Tunesmith's API <small>${document.info.version}</small></h1>
        ${(document.info.description ?? "").split("\n\n").map((text) => html`<p>${withCode(text)}</p>`)}
        <p>For programs: <a href="/api/openapi.json">openapi.json</a> (OpenAPI 3.1).</p>
        ${[...tags].map(
          ([tag, list]) =>
            html`<h2>${tag}</h2>
              ${list.map(operationSection)}`,
        )}
        <h2>Schemas</h2>
        ${schemas.map(
          ([name, schema]) =>
            html`<section id="schema-${name}">
              <h3>${name}</h3>
              ${schemaBlock(schema)}
            </section>`,
        )}
      </main>
    </html>`;
}

function operationsOf(document: Document): Operation[] {
  return Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    methods.flatMap((method) => {
      const operation = (item as Record<string, unknown>)[method];
      return operation ? [{ ...(operation as Operation), method, path }] : [];
    }),
  );
}

function operationSection(operation: Operation) {
  const { method, path, operationId, summary, description, parameters = [] } = operation;
  return html`<section id="${operationId}">
    <h3>${summary}</h3>
    <p>
      <code><b>${method.toUpperCase()}</b> ${path}</code>
    </p>
    ${description ? html`<p>${withCode(description)}</p>` : ""}
    ${
      parameters.length > 0
        ? html`<table>
            <tr>
              <th>Parameter
              <th>In
              <th>Schema
              <th>Meaning
            </tr>
            ${parameters.map(
              (parameter) =>
                html`<tr>
                  <td><code>${parameter.name}</code>${parameter.required ? " (required)" : ""}
                  <td>${parameter.in}
                  <td><code>${JSON.stringify(parameter.schema ?? {})}</code>
                  <td>${parameter.description ?? ""}
                </tr>`,
            )}
          </table>`
        : ""
    }
    ${contentBlocks("Body", operation.requestBody?.content)}
    ${Object.entries(operation.responses)
      .filter(([status]) => Number(status) < 400)
      .map(
        ([status, { description, content }]) =>
          html`<p>${status}: ${description}</p>
            ${contentBlocks("Reply", content)}`,
      )}
    ${errorTable(operation.responses)}
  </section>`;
}

function errorTable(responses: Operation["responses"]) {
  const rows = Object.entries(responses).filter(([status]) => Number(status) >= 400);
  return html`<details>
    <summary>Errors</summary>
    <table>
      ${rows.map(([status, { description, content }]) => {
        const codes = errorCodes(content?.["application/json"]?.schema) ?? [];
        return html`<tr>
          <td>${status}</td>
          <td>${description}</td>
          <td>${codes.map((code) => html`<code>${code}</code> `)}</td>
        </tr>`;
      })}
    </table>
  </details>`;
}

function errorCodes(schema: Schema | undefined): string[] | undefined {
  const error = properties(properties(schema)?.["error"] as Schema | undefined);
  return (error?.["code"] as { enum?: string[] } | undefined)?.enum;
}

/** Text between backticks as code. */
const withCode = (text: string) =>
  text.split("`").map((part, index) => (index % 2 === 0 ? part : html`<code>${part}</code>`));

const properties = (schema: Schema | undefined) =>
  schema?.["properties"] as Record<string, unknown> | undefined;

function contentBlocks(label: string, content: Record<string, { schema?: Schema }> | undefined) {
  return Object.entries(content ?? {}).map(
    ([type, { schema }]) =>
      html`<details>
        <summary>${label}, <code>${type}</code></summary>
        ${schemaBlock(schema ?? {})}
      </details>`,
  );
}

/** A schema as indented JSON, in which references are links. */
function schemaBlock(schema: Schema) {
  const parts = JSON.stringify(schema, null, 2).split(/"#\/components\/schemas\/(\w+)"/);
  return html`<pre>
${parts.map((part, index) =>
  index % 2 === 0 ? part : html`<a href="#schema-${part}">${part}</a>`,
)}</pre>`;
}

const style = `
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif }
body { margin: 0; display: grid; grid-template-columns: minmax(14rem, 20rem) minmax(0, 1fr) }
nav { position: sticky; top: 0; height: 100vh; overflow: auto; padding: 0 1rem; font-size: 0.875rem; border-inline-end: 1px solid #8886 }
nav ul { list-style: none; padding: 0 }
main { padding: 0 2rem 4rem; max-width: 60rem }
section { border-block-start: 1px solid #8886; padding-block: 0.5rem }
pre { overflow: auto; font-size: 0.8125rem; background: #8881; padding: 0.75rem }
table { border-collapse: collapse; font-size: 0.875rem } th, td { text-align: start; vertical-align: top; padding: 0.25rem 1rem 0.25rem 0 }
code { overflow-wrap: anywhere }
@media (max-width: 48rem) { body { display: block } nav { position: static; height: auto } main { padding: 0 1rem } }
`;
