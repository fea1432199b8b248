import { appendFile, readdir } from "node:fs/promises";
import { createReadStream } from "node:fs";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { RunEventBody } from "#contract/events.ts";
import { addDataFile } from "#core/datasets/data-files.ts";
import { tryLock, type Lock } from "#core/files/lock.ts";
import { createProject } from "#core/projects/projects.ts";
import { holdInQueue, listQueue, moveInQueue } from "#core/runs/queue-entries.ts";
import { deviceLock } from "#core/runs/queue.ts";
import { runPaths } from "#core/runs/run-paths.ts";
import { startRun } from "#core/runs/start-run.ts";
import { openWorkspace, type Workspace } from "#core/workspace.ts";
import { eventLines, makeRunFolder } from "#server/testing/run-folder.ts";
import { violations } from "./testing/axe.ts";
import { noBrowser } from "./testing/browser.ts";
import { page, studio, useStudioPage } from "./testing/studio-page.ts";
import { exampleFiles } from "./testing/studio.ts";

const soon = { timeout: 60_000 };
const locks: Lock[] = [];
let ws: Workspace;

useStudioPage();
beforeAll(async () => {
  if (noBrowser !== undefined) return;
  ws = await openWorkspace({ home: studio.home });
  // Another run has the device: what is queued here waits, and no training begins.
  locks.push(tryLock(deviceLock(ws)) as Lock);
  for (const name of ["Towers", "Boats", "Rivers"]) {
    const { slug } = await createProject(ws, { name });
    const stream = createReadStream(exampleFiles[0] as string);
    await addDataFile(ws, slug, { name: "train.jsonl", role: "train", stream });
    await startRun(ws, slug);
  }
});
afterAll(() => {
  for (const lock of locks) lock.release();
});

const waiting = async () => (await listQueue(ws)).map(({ slug }) => slug);
const heldSlugs = async () =>
  (await listQueue(ws)).filter(({ held }) => held).map(({ slug }) => slug);

it("moves, holds, releases and takes out what waits", async () => {
  await page.goto("/queue");
  const rows = page.locator("tbody tr");
  await expect.poll(() => rows.count(), soon).toBe(3);
  expect(await waiting()).toEqual(["towers", "boats", "rivers"]);
  await page.getByRole("button", { name: /Rivers.*up$/ }).click();
  await expect.poll(waiting, soon).toEqual(["towers", "rivers", "boats"]);
  await expect.poll(() => rows.nth(1).textContent(), soon).toContain("Rivers");
  await rows.nth(0).getByRole("button", { name: "Hold" }).click();
  await rows.nth(0).getByRole("button", { name: "Release" }).waitFor(soon);
  expect(await heldSlugs()).toEqual(["towers"]);
  expect(await violations(page)).toEqual([]);
  await rows.nth(0).getByRole("button", { name: "Release" }).click();
  await expect.poll(heldSlugs, soon).toEqual([]);
  await rows.nth(2).getByRole("button", { name: "Take out" }).click();
  await expect.poll(waiting, soon).toEqual(["towers", "rivers"]);
  await expect.poll(() => rows.count(), soon).toBe(2);
});

it("says on a run's own page how many go before it, and that it is held back", async () => {
  const [, rivers] = await listQueue(ws);
  if (!rivers) throw new Error("nothing waits");
  await page.goto(`/projects/rivers/runs/${rivers.id}`);
  await page.getByText("1 run is before it.").waitFor(soon);
  // Later than the other one, and yet before it.
  await moveInQueue(ws, rivers, 1);
  await page.getByText("0 runs are before it.").waitFor(soon);
  await holdInQueue(ws, rivers, true);
  await page.getByText("Held back in the queue").waitFor(soon);
  expect(await violations(page)).toEqual([]);
  await holdInQueue(ws, rivers, false);
  await page.getByText("it starts by itself").waitFor(soon);
});

const time = "2026-11-22T15:37:00.000Z";
const stalled: RunEventBody[] = [
  { type: "run.started", time, pid: process.pid },
  { type: "stage.started", time, stage: "train" },
  {
    type: "run.stalled",
    time,
    stage: "train",
    since: time,
    seconds: 200,
    where: "loop.py:91 _step",
    cause: { code: "stall_waiting", params: {}, message: "It waits." },
  },
];

it("says where, since when and likely why a run hangs, and starts it anew", async () => {
  const id = "20261122-153700-aaaa";
  await makeRunFolder(ws, "towers", { id, number: 7, events: stalled });
  const paths = runPaths(ws, "towers", id);
  locks.push(tryLock(paths.lock) as Lock);
  await page.goto(`/projects/towers/runs/${id}`);
  const note = page.getByRole("status").filter({ hasText: "Nothing has moved since" });
  await note.waitFor(soon);
  const text = await note.textContent();
  expect(text).toContain("The trainer waits for something that does not come");
  expect(text).toContain("loop.py:91 _step");
  expect(text).toContain("“Train”");
  expect(await violations(page)).toEqual([]);
  await note.getByRole("button", { name: "Begin anew from the last state" }).click();
  await expect.poll(() => readdir(paths.wishes).catch(() => []), soon).toEqual(["restart.json"]);
  // As its runner does once it has seen the wish: something moves again, and the note goes.
  const moved: RunEventBody = { type: "stage.started", time, stage: "train" };
  await appendFile(paths.events, eventLines([moved], stalled.length + 1));
  await note.waitFor({ state: "detached", ...soon });
});

it("says why a run stands that nobody stopped", async () => {
  const id = "20261122-153800-aaaa";
  const reason = {
    code: "run_disk_low",
    params: { folder: "/home", free: "1 GB", needed: "2 GB" },
  };
  const paused: RunEventBody = {
    type: "run.paused",
    time,
    stage: "train",
    reason: { ...reason, message: "The disk is nearly full." },
  };
  await makeRunFolder(ws, "towers", { id, number: 8, events: [...stalled.slice(0, 2), paused] });
  await page.goto(`/projects/towers/runs/${id}`);
  const note = page.getByRole("status").filter({ hasText: "Why it paused by itself" });
  await note.waitFor(soon);
  expect(await note.textContent()).toContain("run_disk_low");
});
