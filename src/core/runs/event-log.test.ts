import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../testing/temporary-workspace.ts";
import { openEventWriter, readEventLog } from "./event-log.ts";

const time = "2026-11-22T10:00:00.000Z";
const file = async () => join(await temporaryFolder(), "events.jsonl");

test("numbers go on over attempts, and concurrent appends stay whole and in order", async () => {
  const path = await file();
  const first = await openEventWriter(path);
  const texts = Array.from({ length: 50 }, (_, index) => `line ${index}`);
  await Promise.all(texts.map((text) => first.append({ time, type: "log", level: "info", text })));
  await first.close();
  const second = await openEventWriter(path);
  await second.appendDurably({ time, type: "run.finished" });
  await second.close();

  const events = await readEventLog(path);
  expect(events.map(({ seq }) => seq)).toEqual(Array.from({ length: 51 }, (_, i) => i + 1));
  expect(events.slice(0, 50).map((event) => "text" in event && event.text)).toEqual(texts);
  expect(events.at(-1)).toMatchObject({ type: "run.finished", attempt: 2 });
});

test("a torn last line is skipped, and the next attempt starts on a line of its own", async () => {
  const path = await file();
  await writeFile(
    path,
    `${JSON.stringify({ seq: 1, attempt: 1, time, type: "run.finished" })}\n{"seq":2,"att`,
  );
  expect((await readEventLog(path)).map(({ seq }) => seq)).toEqual([1]);
  const writer = await openEventWriter(path);
  await writer.append({ time, type: "run.started", pid: 1 });
  await writer.close();
  expect((await readEventLog(path)).map(({ seq, attempt }) => [seq, attempt])).toEqual([
    [1, 1],
    [2, 2],
  ]);
  expect(await readFile(path, "utf8")).toContain('{"seq":2,"att\n{"seq":2,"attempt":2');
});
