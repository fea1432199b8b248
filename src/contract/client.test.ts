import { describe, expect, expectTypeOf, test } from "vitest";
import { ApiError, createClient } from "./client.ts";
import type { MessageOf, ReplyOf } from "./client.ts";
import type { ChatEvent } from "./routes/chat.ts";
import type { ProjectReply } from "./routes/projects.ts";

interface Sent {
  url: string;
  init: RequestInit;
}

function clientFor(reply: () => Response, sent: Sent[] = []) {
  return createClient({
    base: "http://127.0.0.1:4770",
    token: "secret",
    language: () => "de",
    fetch: (url, init) => {
      sent.push({ url, init: init as RequestInit });
      return Promise.resolve(reply());
    },
  });
}

test("types follow the route objects", () => {
  expectTypeOf<ReplyOf<"GET /api/projects/{project}">>().toEqualTypeOf<ProjectReply>();
  expectTypeOf<ReplyOf<"DELETE /api/projects/{project}/runs/{run}">>().toEqualTypeOf<undefined>();
  expectTypeOf<
    MessageOf<"POST /api/projects/{project}/runs/{run}/chat">
  >().toEqualTypeOf<ChatEvent>();
  const client = clientFor(() => Response.json({}));
  // The platform's own fetch fits.
  createClient({ fetch });
  // @ts-expect-error -- params are required
  void (() => client.request("GET /api/projects/{project}"));
  // @ts-expect-error -- no such endpoint
  void (() => client.request("GET /api/nothing"));
  // @ts-expect-error -- a name is required
  void (() => client.request("POST /api/projects", { json: {} }));
  void (() => client.request("GET /api/projects"));
});

test("path, query, body, token and language are sent", async () => {
  const sent: Sent[] = [];
  const client = clientFor(() => Response.json({ files: [] }), sent);
  await client.request("GET /api/projects/{project}/rows", {
    params: { project: "a b/../ü" },
    query: { offset: 5 },
  });
  expect(sent[0]?.url).toBe("http://127.0.0.1:4770/api/projects/a%20b%2F..%2F%C3%BC/rows?offset=5");
  await client.request("POST /api/projects", { json: { name: "Sky" } });
  expect(sent[1]?.init).toMatchObject({
    method: "POST",
    body: '{"name":"Sky"}',
    headers: {
      authorization: "Bearer secret",
      "accept-language": "de",
      "content-type": "application/json",
    },
  });
});

test("a refusal is an ApiError with the server's code and sentence", async () => {
  const error = { code: "not_found", params: { name: "sky" }, message: "Gibt es nicht." };
  const client = clientFor(() => Response.json({ error }, { status: 404 }));
  const failure = client.request("GET /api/projects/{project}", { params: { project: "sky" } });
  await expect(failure).rejects.toBeInstanceOf(ApiError);
  await expect(failure).rejects.toMatchObject({ status: 404, ...error });
});

describe("streams", () => {
  const open = (chunks: string[], onCancel = () => {}) =>
    clientFor(() => {
      const rest = [...chunks];
      const body = new ReadableStream<Uint8Array>({
        pull: (controller) => {
          const chunk = rest.shift();
          if (chunk === undefined) controller.close();
          else controller.enqueue(new TextEncoder().encode(chunk));
        },
        cancel: onCancel,
      });
      return new Response(body);
    }).stream("POST /api/projects/{project}/runs/{run}/chat", {
      params: { project: "sky", run: "1" },
      json: { messages: [{ role: "user", content: "Hi" }] },
    });

  test("messages arrive whole, however they are cut", async () => {
    const text =
      ': hello\n\ndata: {"type":"token",\ndata: "text":"ä"}\r\n\r\ndata:{"type":"done"}\n\n';
    for (let at = 1; at < text.length; at++) {
      const messages = [];
      for await (const message of open([text.slice(0, at), text.slice(at)])) messages.push(message);
      expect(messages).toEqual([{ type: "token", text: "ä" }, { type: "done" }]);
    }
  });

  test("who stops listening cancels", async () => {
    let cancelled = false;
    const messages = open(
      ['data: {"type":"token","text":"a"}\n\n', "data: {}\n\n", "data: {}\n\n"],
      () => {
        cancelled = true;
      },
    );
    for await (const _ of messages) break;
    expect(cancelled).toBe(true);
  });
});
