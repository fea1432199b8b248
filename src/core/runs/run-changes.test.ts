import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, expect, test, vi } from "vitest";
import type { RunEvent } from "#contract/events.ts";
import { offerOf } from "#contract/run-offer.ts";
import { makeFinishedRun } from "../passport/testing/finished-run.ts";
import { noteChanges, readPassport, sealPassport } from "../passport/passport.ts";
import { reproduceRun } from "../passport/reproduce.ts";
import { verifyRun } from "../passport/verify.ts";
import { sampleSpec } from "../testing/run-spec.ts";
import { temporaryWorkspace } from "../testing/temporary-workspace.ts";
import type { Workspace } from "../workspace.ts";
import { compareRuns } from "./compare-runs.ts";
import { resumeRun } from "./control-run.ts";
import { dequeue, isQueued } from "./queue-entries.ts";
import { readChanges, writeChanges } from "./run-changes.ts";
import { readRun } from "./read-runs.ts";
import { runPaths } from "./run-paths.ts";

// A resumed run is queued and would start a real runner.
vi.mock("./spawn-runner.ts", () => ({ spawnRunner: () => undefined }));

const slug = "sky";
const id = "20261122-100000-aaaa";
let ws: Workspace;
beforeEach(async () => {
  ws = await temporaryWorkspace();
});

/** A run that stopped at step 9 because its loss was no number. */
async function notFinite(goodCheckpoint: number | null): Promise<void> {
  const { folder, spec, events } = runPaths(ws, slug, id);
  await mkdir(folder, { recursive: true });
  await writeFile(spec, JSON.stringify(sampleSpec(slug, id, 1)));
  const params = { loss: "nan", step: 9, learning_rate: 1e-4, rows: "a:1" };
  const error = {
    code: "loss_not_finite",
    params: { ...params, good_checkpoint: goodCheckpoint },
    message: "The loss became nan.",
  };
  const time = "2026-11-22T10:00:00.000Z";
  const lines: RunEvent[] = [
    { seq: 1, attempt: 1, time, type: "run.started", pid: 1 },
    { seq: 2, attempt: 1, time, type: "run.failed", stage: "train", error },
  ];
  await writeFile(events, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
}

test("a run whose loss was no number offers its good checkpoint and half the rate", async () => {
  await notFinite(6);
  const before = await readRun(ws, slug, id);
  const learningRate = before.spec.training["learning_rate"];
  expect(offerOf(before)).toEqual({
    kind: "learning_rate",
    failedStep: 9,
    step: 6,
    learningRate,
    suggested: 0.00015,
  });
  const text = await readFile(runPaths(ws, slug, id).spec, "utf8");
  await resumeRun(ws, slug, id, { learningRate: 0.00015 });
  const after = await readRun(ws, slug, id);
  expect(after.changes).toMatchObject([
    { step: 6, key: "learning_rate", value: 0.00015, before: learningRate },
  ]);
  expect(after.state.status).toBe("queued");
  // What it was frozen with stays as it is.
  expect(await readFile(runPaths(ws, slug, id).spec, "utf8")).toBe(text);
  // A second time, the rate that it has now is halved, and the change takes the first one's place.
  await dequeue(ws, { slug, id });
  expect(offerOf(await readRun(ws, slug, id))).toMatchObject({ suggested: 0.000075 });
  await resumeRun(ws, slug, id, { learningRate: 0.000075 });
  expect((await readRun(ws, slug, id)).changes).toMatchObject([
    { step: 6, value: 0.000075, before: 0.00015 },
  ]);
});

test("without a good checkpoint the offer is to begin anew", async () => {
  await notFinite(null);
  expect(offerOf(await readRun(ws, slug, id))).toMatchObject({ step: null });
  await resumeRun(ws, slug, id, { learningRate: 1e-5 });
  expect((await readRun(ws, slug, id)).changes).toMatchObject([{ step: 0, value: 1e-5 }]);
});

test("a rate that cannot be, and a run that is trained, are refused; nothing is queued", async () => {
  await notFinite(6);
  for (const learningRate of [0, -1, 2, Number.NaN]) {
    await expect(resumeRun(ws, slug, id, { learningRate })).rejects.toMatchObject({
      code: /parameter_(range|type)/,
    });
  }
  await mkdir(runPaths(ws, slug, id).adapter);
  await expect(resumeRun(ws, slug, id, { learningRate: 1e-4 })).rejects.toMatchObject({
    code: "run_trained",
  });
  expect(isQueued(ws, { slug, id })).toBe(false);
  expect((await readRun(ws, slug, id)).changes).toEqual([]);
});

test("changes that someone wrote by hand are reported and stay where they are", async () => {
  await notFinite(6);
  const file = join(runPaths(ws, slug, id).folder, "changes.json");
  for (const text of ["{", '{"schemaVersion":1,"changes":[{"step":-1}]}']) {
    await writeFile(file, text);
    await expect(readRun(ws, slug, id)).rejects.toMatchObject({ code: "file_invalid" });
    expect(await readFile(file, "utf8")).toBe(text);
  }
});

test("passport, verify, reproduce and compare know of a change", async () => {
  const { folder, spec } = await makeFinishedRun(ws);
  const change = {
    time: "2026-11-22T10:00:00.000Z",
    step: 2,
    key: "learning_rate",
    value: 1e-5,
    before: 3e-4,
  } as const;
  await writeChanges(folder, [change]);
  const changesCheck = async () =>
    (await verifyRun(ws, slug, id)).checks.filter(({ name }) => name === "changes");
  expect(await changesCheck()).toMatchObject([{ kind: "frozen", state: "differs" }]);
  await noteChanges(folder);
  expect(await changesCheck()).toMatchObject([{ state: "equal" }]);
  expect((await sealPassport(folder, spec)).changes).toEqual([change]);

  const again = await reproduceRun(ws, slug, id);
  const copy = runPaths(ws, slug, again.id).folder;
  expect(await readChanges(copy)).toEqual([change]);
  expect((await readPassport(ws, slug, again.id)).changes).toEqual([change]);
  await writeChanges(copy, []);
  const { differences } = await compareRuns(ws, [
    { slug, id },
    { slug, id: again.id },
  ]);
  expect(differences).toContainEqual({
    group: "settings",
    section: "changed",
    key: "learning_rate",
    values: ["0.00001 (step 2)", null],
  });
});
