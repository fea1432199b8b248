import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { streamMessageSchema } from "#contract/routes/stream.ts";
import type { StreamMessage } from "#contract/routes/stream.ts";
import { messagesOf } from "#contract/sse.ts";
import { createHarness } from "../testing/harness.ts";
import type { Asked, Harness } from "../testing/harness.ts";
import { eventLines, finishedEvents, makeRunFolder } from "../testing/run-folder.ts";

let server: Harness;
beforeEach(async () => {
  server = await createHarness();
  await server.ask("POST", "/api/projects", { json: { name: "Sky" } });
});
afterEach(async () => {
  expect(server.log).toEqual([]);
  await server.close();
});

const id = "20261122-153726-k3f9";
const events = finishedEvents(20);

interface Tab {
  /** Messages up to and with the first that `isLast` accepts. */
  until(isLast: (message: StreamMessage) => boolean): Promise<StreamMessage[]>;
  lastId(): string;
  close(): Promise<void>;
}

async function openTab(asked: Asked = {}, query = ""): Promise<Tab> {
  const reply = await server.send("GET", `/api/events${query}`, asked);
  expect(reply.headers.get("content-type")).toContain("text/event-stream");
  const messages = messagesOf(reply.body as NonNullable<typeof reply.body>);
  let lastId = "";
  return {
    async until(isLast) {
      const seen: StreamMessage[] = [];
      for (;;) {
        const { value, done } = await messages.next();
        if (done) return seen;
        lastId = value.id;
        const message = JSON.parse(value.data) as StreamMessage;
        expect(streamMessageSchema.parse(message)).toEqual(message);
        seen.push(message);
        if (isLast(message)) return seen;
      }
    },
    lastId: () => lastId,
    close: async () => void (await messages.return(undefined)),
  };
}

const isHello = (message: StreamMessage) => message.type === "hello";
const isSeq = (seq: number) => (message: StreamMessage) =>
  message.type === "run.event" && message.event.seq === seq;
const seqsOf = (messages: StreamMessage[]) =>
  messages.flatMap((message) => (message.type === "run.event" ? [message.event.seq] : []));
const range = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

test("run events, project changes and settings come over one stream", async () => {
  const tab = await openTab();
  expect(await tab.until(() => true)).toEqual([{ type: "hello", version: "0.0.0-test" }]);

  await server.ask("PATCH", "/api/projects/sky", { json: { lora_config: { r: 8 } } });
  expect(await tab.until(() => true)).toEqual([{ type: "project.changed", project: "sky" }]);

  await server.ask("PATCH", "/api/settings", { json: { theme: "dark" } });
  expect(await tab.until(() => true)).toEqual([{ type: "settings.changed" }]);

  await makeRunFolder(server.workspace, "sky", { id, events });
  const messages = await tab.until(isSeq(events.length));
  expect(messages[0]).toEqual({ type: "run.added", project: "sky", run: id });
  expect(seqsOf(messages)).toEqual(range(1, events.length));
  await tab.close();
});

test.each(["header", "query"])(
  "the last id, as %s, brings back exactly what was missed",
  async (how) => {
    const folder = await makeRunFolder(server.workspace, "sky", { id, events: events.slice(0, 3) });
    const first = await openTab();
    await first.until(isHello);
    await appendFile(join(folder, "events.jsonl"), eventLines(events.slice(3, 8), 4));
    expect(seqsOf(await first.until(isSeq(6)))).toEqual([4, 5, 6]);
    const lastId = first.lastId();
    await first.close();

    // Written while nobody listens.
    await appendFile(join(folder, "events.jsonl"), eventLines(events.slice(8, 12), 9));
    const second =
      how === "header"
        ? await openTab({ headers: { "last-event-id": lastId } })
        : await openTab({}, `?after=${encodeURIComponent(lastId)}`);
    const messages = await second.until(isSeq(12));
    expect(messages[0]?.type).toBe("hello");
    expect(seqsOf(messages)).toEqual(range(7, 12));

    // And it goes on without a gap.
    await appendFile(join(folder, "events.jsonl"), eventLines(events.slice(12, 14), 13));
    expect(seqsOf(await second.until(isSeq(14)))).toEqual([13, 14]);
    await second.close();
  },
);

test("events that come while the missed ones are read arrive once, in order", async () => {
  const folder = await makeRunFolder(server.workspace, "sky", { id, events: events.slice(0, 2) });
  const tab = await openTab();
  await tab.until(isHello);
  await appendFile(join(folder, "events.jsonl"), eventLines(events.slice(2, 3), 3));
  await tab.until(isSeq(3));
  const lastId = tab.lastId();
  for (let round = 0; round < 5; round++) {
    const other = await openTab({ headers: { "last-event-id": lastId } });
    const from = 4 + round * 2;
    const writing = appendFile(
      join(folder, "events.jsonl"),
      eventLines(events.slice(from - 1, from + 1), from),
    );
    const seqs = seqsOf(await other.until(isSeq(from + 1)));
    expect(seqs).toEqual(range(4, from + 1));
    await writing;
    await other.close();
  }
  await tab.close();
});

test("an id of nonsense is like none", async () => {
  await makeRunFolder(server.workspace, "sky", { id, events });
  const tab = await openTab({ headers: { "last-event-id": "nonsense" } });
  expect(await tab.until(() => true)).toEqual([{ type: "hello", version: "0.0.0-test" }]);
  await tab.close();
});

test("jobs are told as they go", async () => {
  const tab = await openTab();
  await tab.until(isHello);
  const subject = { kind: "deploy", project: "sky", run: id } as const;
  const job = server.context.jobs.start(subject, async (onProgress) => {
    onProgress({ step: "uploading", done: 1, total: 2, unit: "bytes" });
    return { name: "sky" };
  });
  const messages = await tab.until(
    (message) => message.type === "job" && message.job.status !== "running",
  );
  expect(messages.map((message) => message.type === "job" && message.job)).toMatchObject([
    { id: job.id, status: "running", step: null },
    { id: job.id, status: "running", step: "uploading", done: 1, total: 2 },
    { id: job.id, status: "finished", step: null, result: { name: "sky" } },
  ]);
  await tab.close();
});
