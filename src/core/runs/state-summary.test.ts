import { appendFile, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { emptyState } from "#contract/run-fold.ts";
import { temporaryFolder } from "../testing/temporary-workspace.ts";
import { foldFile } from "./fold-file.ts";
import { keepSummary, readSummary } from "./state-summary.ts";

const time = "2026-11-22T10:00:00.000Z";
const line = (seq: number, event: object) =>
  `${JSON.stringify({ seq, attempt: 1, time, ...event })}\n`;
const steps = (count: number) =>
  Array.from({ length: count }, (_, index) =>
    line(index + 2, {
      type: "log",
      level: "info",
      text: `step ${index} ${"of a log that is long ".repeat(5)}`,
    }),
  ).join("");

test("the state of a long log that ended is kept, and what comes later is read on from there", async () => {
  const path = join(await temporaryFolder(), "events.jsonl");
  const log = line(1, { type: "run.started", pid: 1 }) + steps(600);
  await writeFile(path, log);
  await foldFile(path);
  // It goes on: nothing is kept.
  expect(await readSummary(path)).toBeUndefined();
  await appendFile(path, line(602, { type: "run.finished" }));
  expect((await foldFile(path)).status).toBe("finished");
  const kept = await readSummary(path);
  expect(kept?.state).toMatchObject({ status: "finished", seq: 602 });
  expect(kept?.offset).toBe((await stat(path)).size);
});

test("a summary that does not belong to the log, or is damaged, is left alone", async () => {
  const path = join(await temporaryFolder(), "events.jsonl");
  await writeFile(path, "x".repeat(1000));
  const state = { ...emptyState(), seq: 7 };
  await keepSummary(path, { state, offset: 1000 });
  expect((await readSummary(path))?.state.seq).toBe(7);
  await appendFile(path, "and more");
  expect((await readSummary(path))?.offset).toBe(1000);
  await writeFile(path, "y".repeat(1000));
  expect(await readSummary(path)).toBeUndefined();
  await writeFile(path, "x".repeat(999));
  expect(await readSummary(path)).toBeUndefined();
  const file = path.replace("events.jsonl", "state.json");
  await writeFile(path, "x".repeat(1000));
  const text = await readFile(file, "utf8");
  for (const damaged of ["", text.slice(0, 300), text.replace('"seq":7', '"seq":"7"')]) {
    await writeFile(file, damaged);
    expect(await readSummary(path)).toBeUndefined();
  }
  await rm(file);
  expect(await readSummary(path)).toBeUndefined();
});
