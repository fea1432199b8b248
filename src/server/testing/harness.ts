import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import type { ErrorBody } from "#contract/errors.ts";
import { createRowTables } from "#core/datasets/table/row-tables.ts";
import { openWorkspace } from "#core/workspace.ts";
import type { Workspace } from "#core/workspace.ts";
import { createApp } from "../app.ts";
import { createChatSessions } from "../chat/sessions.ts";
import type { ServerContext } from "../context.ts";
import { createHub } from "../events/hub.ts";
import { createJobs } from "../jobs/jobs.ts";
import { routeOf } from "./routes.ts";

export interface Asked extends Omit<RequestInit, "body" | "method"> {
  json?: unknown;
  body?: string | Uint8Array | ReadableStream;
}
export interface Answer<T = Record<string, unknown>> {
  status: number;
  headers: Headers;
  json: T;
  text: string;
  error: ErrorBody;
}
export interface Harness {
  readonly workspace: Workspace;
  readonly context: ServerContext;
  /** What the server logged: nothing, unless a test makes a fault. */
  readonly log: string[];
  /** A request as it came over the network. */
  send(method: string, path: string, asked?: Asked): Promise<Response>;
  /** The same, with the whole reply held against what the route promises. */
  ask<T = Record<string, unknown>>(method: string, path: string, asked?: Asked): Promise<Answer<T>>;
  close(): Promise<void>;
}

/** The real app on a real core with a home of its own, driven in memory. */
export async function createHarness(options: Partial<ServerContext> = {}): Promise<Harness> {
  const home = await mkdtemp(join(tmpdir(), "tunesmith-server-"));
  const workspace = await openWorkspace({ home });
  const closing = new AbortController();
  const log: string[] = [];
  const write = (text: string) => void log.push(text);
  const hub = createHub(workspace, write);
  const jobs = createJobs((job) => hub.publish({ type: "job", job }), write);
  const chats = createChatSessions(workspace);
  const tables = createRowTables(workspace);
  const context: ServerContext = {
    workspace,
    version: "0.0.0-test",
    access: { loopback: true },
    webRoot: join(home, "no-page"),
    hub,
    jobs,
    chats,
    tables,
    closing: closing.signal,
    log: write,
    ...options,
  };
  const app = createApp(context);

  async function send(method: string, path: string, asked: Asked = {}): Promise<Response> {
    const { json, body, headers, ...rest } = asked;
    return app.request(`http://127.0.0.1:4770${path}`, {
      ...rest,
      method,
      headers: {
        ...(json === undefined ? {} : { "content-type": "application/json" }),
        ...(headers as Record<string, string> | undefined),
      },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
      ...(body === undefined ? {} : { body, duplex: "half" }),
    });
  }

  return {
    workspace,
    context,
    log,
    send,
    async ask<T>(method: string, path: string, asked?: Asked): Promise<Answer<T>> {
      const reply = await send(method, path, asked);
      const text = await reply.text();
      const isJson = reply.headers.get("content-type")?.startsWith("application/json");
      const json = (isJson ? JSON.parse(text) : undefined) as T & { error?: ErrorBody };
      expectPromised(method, path, reply.status, json);
      const error = json?.error ?? { code: "", params: {}, message: "" };
      return { status: reply.status, headers: reply.headers, json, text, error };
    },
    async close() {
      closing.abort();
      hub.close();
      await Promise.all([jobs.close(), chats.close(), tables.close()]);
      await rm(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Every reply that a test sees must be one that the contract documents, in status and in form. */
function expectPromised(method: string, path: string, status: number, json: unknown): void {
  const route = routeOf(method, path.split("?")[0] ?? path);
  if (!route) return;
  const response = route.responses[status];
  expect(response, `${route.operationId} documents no status ${status}`).toBeDefined();
  const schema = response?.content?.["application/json"]?.schema;
  if (!schema) return;
  const result = schema.safeParse(json);
  expect(result.error, `${route.operationId} ${status}`).toBeUndefined();
  // What the schema does not know falls away in parsing: then the reply says more than it promises.
  expect(json, `${route.operationId} ${status}`).toEqual(result.data);
}
