import { createServer } from "node:http";
import type { IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import type { DraftService } from "#contract/drafts.ts";

export interface ServiceCall {
  path: string;
  headers: IncomingHttpHeaders;
  body: Record<string, unknown>;
}
/** What to answer with: rows in the protocol's form, a text instead of them, or a status alone. */
export type ServiceAnswer =
  | { rows: { question: string; answer: string }[] }
  | { text: string }
  | { status: number; message?: string };

export interface TestService {
  address: string;
  calls: ServiceCall[];
  close: () => Promise<void>;
}

/** A local server that speaks a service's protocol, as its documentation has it. */
export async function startService(
  service: DraftService,
  answer: (call: number) => ServiceAnswer,
): Promise<TestService> {
  const calls: ServiceCall[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>;
      calls.push({ path: request.url ?? "", headers: request.headers, body });
      const given = answer(calls.length);
      response.setHeader("content-type", "application/json");
      if ("status" in given) {
        response.statusCode = given.status;
        response.end(JSON.stringify({ error: { message: given.message ?? "no" } }));
      } else {
        const rows = "rows" in given ? { rows: given.rows } : undefined;
        const text = rows ? JSON.stringify(rows) : "text" in given ? given.text : "";
        response.end(JSON.stringify(reply(service, text, rows)));
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    address: `http://127.0.0.1:${port}`,
    calls,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

function reply(service: DraftService, text: string, rows: object | undefined): object {
  if (service === "ollama") {
    return {
      message: { role: "assistant", content: text },
      done: true,
      prompt_eval_count: 50,
      eval_count: 7,
    };
  }
  if (service === "anthropic") {
    const block = rows
      ? { type: "tool_use", id: "t1", name: "rows", input: rows }
      : { type: "text", text };
    return { content: [block], usage: { input_tokens: 50, output_tokens: 7 } };
  }
  const message = { role: "assistant", content: text };
  return { choices: [{ index: 0, message }], usage: { prompt_tokens: 50, completion_tokens: 7 } };
}
