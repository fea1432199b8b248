import { appendFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { StreamMessage } from "#contract/routes/stream.ts";
import { openWorkspace } from "#core/workspace.ts";
import type { Workspace } from "#core/workspace.ts";
import { runKey } from "./cursor.ts";
import { createHub } from "./hub.ts";
import type { Hub } from "./hub.ts";

let ws: Workspace;
let hub: Hub;
let log: string[];

beforeEach(async () => {
  ws = await openWorkspace({ home: await mkdtemp(join(tmpdir(), "tunesmith-hub-")) });
  log = [];
  hub = createHub(ws, (text) => log.push(text));
});
afterEach(async () => {
  hub.close();
  expect(log).toEqual([]);
  await rm(ws.home, { recursive: true });
});

const folder = (project: string) => join(ws.home, "projects", project);

async function makeProject(project: string, revision = 0): Promise<void> {
  await mkdir(folder(project), { recursive: true });
  await writeFile(join(folder(project), "project.json"), JSON.stringify({ revision }));
}

async function makeRun(project: string, run: string): Promise<void> {
  await mkdir(join(folder(project), "runs", run), { recursive: true });
}

const eventLine = (seq: number, time = new Date().toISOString()) =>
  `${JSON.stringify({ seq, attempt: 1, time, type: "log", level: "info", text: `n${seq}` })}\n`;

const append = (project: string, run: string, text: string) =>
  appendFile(join(folder(project), "runs", run, "events.jsonl"), text);

async function listen(): Promise<StreamMessage[]> {
  const messages: StreamMessage[] = [];
  await hub.subscribe({ send: (message) => messages.push(message) });
  return messages;
}

const seqsOf = (messages: StreamMessage[]) =>
  messages.flatMap((message) => (message.type === "run.event" ? [message.event.seq] : []));

test("tells what others do to projects and runs", async () => {
  await makeProject("sky");
  const messages = await listen();
  expect(messages).toEqual([]);

  await makeProject("sea");
  await makeRun("sky", "r1");
  await append("sky", "r1", eventLine(1));
  await vi.waitFor(() => expect(seqsOf(messages)).toEqual([1]), 5000);
  expect(messages.slice(0, 2)).toEqual([
    { type: "project.added", project: "sea" },
    { type: "run.added", project: "sky", run: "r1" },
  ]);

  await makeProject("sea", 10);
  await vi.waitFor(
    () => expect(messages.at(-1)).toEqual({ type: "project.changed", project: "sea" }),
    5000,
  );
  await rm(join(folder("sky"), "runs", "r1"), { recursive: true });
  await vi.waitFor(
    () => expect(messages.at(-1)).toEqual({ type: "run.removed", project: "sky", run: "r1" }),
    5000,
  );
  await rm(folder("sea"), { recursive: true });
  await vi.waitFor(
    () => expect(messages.at(-1)).toEqual({ type: "project.removed", project: "sea" }),
    5000,
  );
});

test("sends whole events once, to everyone, however they are written", async () => {
  await makeProject("sky");
  await makeRun("sky", "r1");
  await append("sky", "r1", eventLine(1) + eventLine(2).slice(0, 20));
  const one = await listen();
  const two = await listen();
  await append("sky", "r1", eventLine(2).slice(20) + eventLine(3) + eventLine(4).slice(0, 5));
  await vi.waitFor(() => expect(seqsOf(one)).toEqual([2, 3]), 5000);
  await append("sky", "r1", `${eventLine(4).slice(5)}torn by a crash\n${eventLine(5)}`);
  await vi.waitFor(() => expect(seqsOf(one)).toEqual([2, 3, 4, 5]), 5000);
  expect(seqsOf(two)).toEqual([2, 3, 4, 5]);
});

test("a cursor gets what was missed, also of runs that it does not name", async () => {
  await makeProject("sky");
  for (const run of ["known", "quiet", "woke"]) await makeRun("sky", run);
  const time = Date.now() - 60_000;
  const at = (offset: number) => new Date(time + offset).toISOString();
  await append("sky", "known", eventLine(1, at(-9000)) + eventLine(2, at(-8000)));
  await append("sky", "known", eventLine(3, at(1000)) + eventLine(4, at(2000)));
  await append("sky", "quiet", eventLine(1, at(-20_000)));
  await append("sky", "woke", eventLine(1, at(-20_000)) + eventLine(2, at(5000)));

  const subscription = await hub.subscribe({ send: () => {} });
  const missed: string[] = [];
  const cursor = { time, seqs: new Map([[runKey("sky", "known"), 2]]) };
  for await (const message of subscription.missed(cursor)) {
    if (message.type === "run.event") missed.push(`${message.run} ${message.event.seq}`);
  }
  expect(missed.sort()).toEqual(["known 3", "known 4", "woke 2"]);
  expect(subscription.checkedAt()).toBeGreaterThan(time);
});

test("who left hears nothing, and whoever comes then starts from what is there", async () => {
  await makeProject("sky");
  const messages: StreamMessage[] = [];
  const gone = await hub.subscribe({ send: (message) => messages.push(message) });
  const heard: StreamMessage[] = [];
  const stays = await hub.subscribe({ send: (message) => heard.push(message) });
  gone.end();
  await makeProject("sea");
  hub.look();
  await vi.waitFor(() => expect(heard).toEqual([{ type: "project.added", project: "sea" }]), 5000);
  expect(messages).toEqual([]);
  stays.end();
  await makeProject("lake");
  expect(await listen()).toEqual([]);
});
