import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import type { RunSpec } from "#contract/run.ts";
import { createProject } from "../projects/projects.ts";
import { sampleSpec } from "../testing/run-spec.ts";
import { temporaryWorkspace } from "../testing/temporary-workspace.ts";
import type { Workspace } from "../workspace.ts";
import { compareRuns } from "./compare-runs.ts";
import { runPaths } from "./run-paths.ts";

const first = "20261122-100000-aaaa";
const second = "20261122-110000-bbbb";
const third = "20261122-120000-cccc";

let ws: Workspace;
beforeEach(async () => {
  ws = await temporaryWorkspace();
  await createProject(ws, { name: "sky" });
});

const row = (text: string) =>
  `${JSON.stringify({ id: `x:${Math.random()}`, messages: [{ role: "user", content: text }] })}\n`;

async function makeRun(
  id: string,
  number: number,
  change: (spec: RunSpec) => RunSpec = (spec) => spec,
  rows: readonly string[] = ["one", "two"],
): Promise<void> {
  const paths = runPaths(ws, "sky", id);
  await mkdir(paths.data, { recursive: true });
  await writeFile(paths.spec, JSON.stringify(change(sampleSpec("sky", id, number))));
  await writeFile(join(paths.data, "train.jsonl"), rows.map(row).join(""));
  const time = "2026-11-22T10:00:00.000Z";
  const events = [
    { type: "run.started", time, pid: 1 },
    {
      type: "train.step",
      time,
      step: number,
      totalSteps: 4,
      epoch: 1,
      loss: 1 / number,
      learningRate: 1e-4,
      gradNorm: 1,
      tokens: 10,
      supervisedTokens: 5,
      tokensPerSecond: 100,
      secondsLeft: 0,
      memoryBytes: 1000,
    },
    { type: "run.finished", time: "2026-11-22T10:01:30.000Z" },
  ];
  const lines = events.map((event, at) => JSON.stringify({ seq: at + 1, attempt: 1, ...event }));
  await writeFile(paths.events, `${lines.join("\n")}\n`);
}

const run = (id: string) => ({ slug: "sky", id });

test("only what differs is named, with every run's value in the order asked", async () => {
  await makeRun(first, 1);
  await makeRun(second, 2, (spec) => ({
    ...spec,
    training: { ...spec.training, learning_rate: 0.001 },
    device: { ...spec.device, threads: 8 },
    versions: { tunesmith: "9.9.9" },
  }));
  const found = await compareRuns(ws, [run(second), run(first)]);
  expect(found.runs.map(({ number }) => number)).toEqual([2, 1]);
  expect(found.differences).toEqual([
    { group: "settings", section: "training_config", key: "learning_rate", values: [0.001, 3e-4] },
    { group: "environment", section: "device", key: "threads", values: [8, 1] },
    { group: "environment", section: "versions", key: "tunesmith", values: ["9.9.9", null] },
  ]);
  expect(found.equal).toBeGreaterThan(40);
  expect(found.curves.map((points) => points.map(({ step, loss }) => [step, loss]))).toEqual([
    [[2, 0.5]],
    [[1, 1]],
  ]);
  const scores = new Map(found.scores.map(({ key, values }) => [key, values]));
  expect(scores.get("steps")).toEqual([2, 1]);
  expect(scores.get("seconds")).toEqual([90, 90]);
  expect(scores.has("lossTuned")).toBe(false);
});

test("rows are compared by what they say, and counted as often as they stand there", async () => {
  await makeRun(first, 1, undefined, ["one", "two", "two", "three"]);
  await makeRun(second, 2, undefined, ["two", "one", "four"]);
  const { rows } = await compareRuns(ws, [run(first), run(second)]);
  expect(rows).toEqual([
    { shared: 4, added: 0, missing: 0 },
    { shared: 2, added: 1, missing: 2 },
  ]);
});

test("scores compare only where the same rows were asked", async () => {
  const checked = (sha: string) => (spec: RunSpec) => ({
    ...spec,
    data: { ...spec.data, checkRows: 3, checkSha256: sha },
  });
  await makeRun(first, 1, checked("a"));
  await makeRun(second, 2, checked("a"));
  await makeRun(third, 3, checked("b"));
  const same = async (...ids: string[]) => (await compareRuns(ws, ids.map(run))).sameCheckRows;
  expect(await same(first, second)).toBe(true);
  expect(await same(first, second, third)).toBe(false);
});

test("one run, one run twice and a run that is not there are refused", async () => {
  await makeRun(first, 1);
  await expect(compareRuns(ws, [run(first)])).rejects.toMatchObject({ code: "bad_request" });
  await expect(compareRuns(ws, [run(first), run(first)])).rejects.toMatchObject({
    code: "bad_request",
  });
  await expect(compareRuns(ws, [run(first), run(second)])).rejects.toMatchObject({
    code: "run_not_found",
  });
});
