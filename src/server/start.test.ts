import { mkdtemp, readdir, rm } from "node:fs/promises";
import http from "node:http";
import { connect } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createClient } from "#contract/client.ts";
import { messagesOf } from "#contract/sse.ts";
import { startServer } from "./start.ts";
import type { RunningServer, StartServerOptions } from "./start.ts";

let home: string;
let running: RunningServer[];
let log: string[];

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "tunesmith-start-"));
  running = [];
  log = [];
});
afterEach(async () => {
  for (const server of running) await server.close();
  await rm(home, { recursive: true, maxRetries: 5 });
});

async function start(options: StartServerOptions = {}): Promise<RunningServer> {
  const server = await startServer({ home, port: 0, log: (text) => log.push(text), ...options });
  running.push(server);
  return server;
}
const stop = async (server: RunningServer) => {
  running = running.filter((other) => other !== server);
  await server.close();
};
const clientOf = (server: RunningServer) =>
  createClient({ fetch, base: server.url.replace(/\/$/, "") });

test("serves the workspace to the client of the contract", async () => {
  const client = clientOf(await start());
  const project = await client.request("POST /api/projects", { json: { name: "Sky" } });
  expect(project.slug).toBe("sky");
  await expect(
    client.request("GET /api/projects/{project}", { params: { project: "sea" } }),
  ).rejects.toMatchObject({ status: 404, code: "not_found" });
  expect(log).toEqual([]);
});

test("a taken port leads to the next free one, which is said", async () => {
  const blocker = http.createServer();
  await new Promise<void>((resolve) => {
    blocker.listen(0, "127.0.0.1", () => resolve());
  });
  const { port } = blocker.address() as AddressInfo;
  const server = await start({ port });
  expect(server.port).toBeGreaterThan(port);
  expect(log).toEqual([`Port ${port} is taken, so it is ${server.port}.`]);
  expect((await fetch(server.url)).status).toBe(200);
  blocker.close();
});

test("a second server of the same workspace is refused with the first one's address", async () => {
  const first = await start();
  await expect(start()).rejects.toMatchObject({
    code: "workspace_locked",
    params: { folder: home, address: first.url },
  });
  await stop(first);
  expect(await readdir(home)).not.toContain("server.json");
  // And with the first gone, the next may serve.
  const next = await start();
  expect((await fetch(`${next.url}api/projects`)).status).toBe(200);
});

test("for others to reach, a token is demanded, which the address brings", async () => {
  const server = await start({ host: "0.0.0.0" });
  expect(server.token).toMatch(/^[\w-]{32}$/);
  const base = `http://127.0.0.1:${server.port}`;
  expect((await fetch(`${base}/api/projects`)).status).toBe(401);
  const headers = { authorization: `Bearer ${server.token}` };
  expect((await fetch(`${base}/api/projects`, { headers })).status).toBe(200);
  expect(server.url).toBe(`http://localhost:${server.port}/?token=${server.token}`);
  const opened = await fetch(server.url.replace("localhost", "127.0.0.1"), { redirect: "manual" });
  expect(opened.headers.get("set-cookie")).toContain("HttpOnly");
});

test("an open event stream ends with the server and goes on with the next", async () => {
  const first = await start();
  const reply = await fetch(`${first.url}api/events`);
  const messages = messagesOf(reply.body as NonNullable<typeof reply.body>);
  const { value } = await messages.next();
  expect(JSON.parse(value?.data ?? "")).toMatchObject({ type: "hello" });
  await clientOf(first).request("POST /api/projects", { json: { name: "Sky" } });
  expect(JSON.parse((await messages.next()).value?.data ?? "")).toEqual({
    type: "project.added",
    project: "sky",
  });
  await stop(first);
  await messages.next().catch(() => undefined);

  const second = await start();
  const headers = { "last-event-id": value?.id ?? "" };
  const again = await fetch(`${second.url}api/events`, { headers });
  const more = messagesOf(again.body as NonNullable<typeof again.body>);
  expect(JSON.parse((await more.next()).value?.data ?? "")).toMatchObject({ type: "hello" });
  await more.return(undefined);
});

test("an upload whose sender dies leaves no file, and the server goes on", async () => {
  const server = await start();
  const client = clientOf(server);
  await client.request("POST /api/projects", { json: { name: "Sky" } });
  const socket = connect(server.port, "127.0.0.1");
  socket.write(
    "PUT /api/projects/sky/data/a.jsonl HTTP/1.1\r\n" +
      `Host: 127.0.0.1:${server.port}\r\nContent-Length: 100000000\r\n\r\n${"x".repeat(1 << 20)}`,
  );
  await vi.waitFor(async () => expect(await readdir(join(home, "tmp"))).toHaveLength(1), 5000);
  socket.destroy();
  await vi.waitFor(async () => expect(await readdir(join(home, "tmp"))).toEqual([]), 5000);
  const { files } = await client.request("GET /api/projects/{project}/data", {
    params: { project: "sky" },
  });
  expect(files).toEqual([]);
  expect(log).toEqual([]);
});

test("a large upload does not grow the memory", async () => {
  const server = await start();
  const client = clientOf(server);
  await client.request("POST /api/projects", { json: { name: "Sky" } });
  const chunk = Buffer.alloc(1 << 20, '{"prompt":"a","completion":"b"}\n');
  const count = 256;
  let peak = 0;
  let sent = 0;
  const before = process.memoryUsage().rss;
  const body = new ReadableStream({
    pull(controller) {
      peak = Math.max(peak, process.memoryUsage().rss);
      if (sent++ < count) controller.enqueue(chunk);
      else controller.close();
    },
  });
  const path = client.href("PUT /api/projects/{project}/data/{file}", {
    params: { project: "sky", file: "large.jsonl" },
  });
  const reply = await fetch(path, { method: "PUT", body, duplex: "half" });
  expect(await reply.json()).toMatchObject({ bytes: count << 20 });
  // Sender and receiver share this process, and still need far less than the file.
  expect(peak - before).toBeLessThan(150 << 20);
});

test("a host that is none of this machine's fails and frees the workspace", async () => {
  await expect(start({ host: "192.0.2.1" })).rejects.toMatchObject({ code: "EADDRNOTAVAIL" });
  expect((await fetch((await start()).url)).status).toBe(200);
});
