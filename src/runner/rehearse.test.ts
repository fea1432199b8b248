import { copyFile, readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { RunEvent } from "#contract/events.ts";
import type { RunSpec } from "#contract/run.ts";
import { createModel } from "#core/deploy/create.ts";
import { ensureBlob, fileDigest } from "#core/deploy/blobs.ts";
import { freeName } from "#core/deploy/free-name.ts";
import { deleteModel, listModels } from "#core/deploy/models.ts";
import { startOllama, type TestOllama } from "#core/deploy/testing/ollama-server.ts";
import { makeTinyModel, type TinyModel } from "#core/deploy/testing/tiny-model.ts";
import { cancelRun } from "#core/runs/control-run.ts";
import { followEvents } from "#core/runs/follow.ts";
import { enqueue } from "#core/runs/queue.ts";
import { readRun } from "#core/runs/read-runs.ts";
import { updateSettings } from "#core/settings.ts";
import { temporaryWorkspace } from "#core/testing/temporary-workspace.ts";
import type { Workspace } from "#core/workspace.ts";
import {
  gguf,
  makeRun,
  step,
  trainFinished,
  trainStarted,
  useStandIn,
} from "./testing/stand-in-run.ts";
import type { Action } from "./testing/stand-in-run.ts";

// On cores that others use too, a model takes many times longer to load and to answer.
vi.setConfig({ testTimeout: 120_000 });

let server: TestOllama;
let tiny: TinyModel;
beforeAll(async () => {
  [server, tiny] = await Promise.all([startOllama(), makeTinyModel()]);
});
afterAll(() => server?.stop());

let ws: Workspace;
beforeEach(async () => {
  for (const { name } of await listModels(server.address)) await deleteModel(server.address, name);
  useStandIn();
  ws = await temporaryWorkspace();
});

const asked: Action = {
  event: { type: "rehearsal.asked", format: "f16", thinking: "none", modelFiles: "f" },
};
const training = [trainStarted, step(1), trainFinished, gguf];
const ready = (file: string): Action => ({
  event: { type: "rehearsal.ready", gguf: file, seconds: 1 },
});
/** What a trainer does whose rehearsal was not known. */
const whole = (file = tiny.gguf): Action[] => [
  asked,
  { waitFor: "rehearse" },
  ready(file),
  { waitFor: "go" },
  ...training,
];
const known = (): Action[] => [asked, { waitFor: "go" }, ...training];

/** Carries a run whose trainer follows `actions` to its end. */
async function carry(
  actions: Action[],
  change: Partial<RunSpec> = {},
  number = 1,
): Promise<{ events: RunEvent[]; steps: number; code: string | undefined; status: string }> {
  const run = await makeRun(ws, [actions], number);
  const spec = JSON.parse(await readFile(run.paths.spec, "utf8")) as RunSpec;
  const same = { targetName: "sky" };
  await writeFile(run.paths.spec, JSON.stringify({ ...spec, ...same, ...change }));
  await copyFile(tiny.golden, join(run.paths.folder, "golden.jsonl"));
  await enqueue(ws, run);
  for await (const _ of followEvents(ws, run.slug, run.id)) {
    // To the end.
  }
  const events = await run.events();
  const { state } = await readRun(ws, run.slug, run.id);
  const steps = events.filter(({ type }) => type === "train.step").length;
  return { events, steps, code: state.error?.code, status: state.status };
}

const remembered = () => readdir(join(ws.home, "rehearsals")).catch(() => []);
const useOllama = () => updateSettings(ws, { ollamaAddress: server.address });

async function occupy(name: string): Promise<void> {
  const blob = await fileDigest(tiny.gguf);
  await ensureBlob(server.address, tiny.gguf, blob);
  const files = { "model.gguf": blob };
  await createModel(server.address, { name, files, parameters: {}, system: "" });
}

describe("with Ollama", () => {
  beforeEach(useOllama);

  test("the way into it is tried before training, removed again, and known the next time", async () => {
    expect(await carry(whole())).toMatchObject({ status: "finished", steps: 1 });
    expect(await listModels(server.address)).toEqual([]);
    expect(await remembered()).toHaveLength(1);
    expect(await carry(known(), {}, 2)).toMatchObject({ status: "finished", steps: 1 });
    const other = { model: { id: "m", path: "/m", sha256: "1", parameters: 1, architecture: "X" } };
    expect(await carry(whole(), other, 3)).toMatchObject({ status: "finished", steps: 1 });
    expect(await remembered()).toHaveLength(2);
  });

  test("what Ollama cannot take fails the run before its first step, and is not remembered", async () => {
    const broken = join(ws.home, "broken.gguf");
    await writeFile(broken, "no model");
    const { status, steps, code } = await carry(whole(broken));
    expect({ status, steps }).toEqual({ status: "failed", steps: 0 });
    expect(code).toMatch(/^ollama_/);
    expect(await remembered()).toEqual([]);
    expect(await listModels(server.address)).toEqual([]);
    expect(await carry(whole(), {}, 2)).toMatchObject({ status: "finished", steps: 1 });
  });

  test("a name that another model has fails the run before its first step, with a free one", async () => {
    await occupy("sky");
    const { events, ...rest } = await carry(whole());
    expect(rest).toEqual({ status: "failed", steps: 0, code: "ollama_name_taken" });
    expect(events.at(-1)).toMatchObject({ error: { params: { proposal: "sky:v2" } } });
    expect((await listModels(server.address)).map(({ name }) => name)).toEqual(["sky:latest"]);
    expect(await freeName(ws.home, "sky")).toBe("sky:v2");
    expect(await freeName(ws.home, "sun")).toBe("sun");
    const free = { targetName: "sky:v2" };
    expect(await carry(whole(), free, 2)).toMatchObject({ status: "finished", steps: 1 });
  });

  test("a taken name is found though the rehearsal is known", async () => {
    await carry(whole());
    await occupy("sky");
    const { status, steps, code } = await carry(known(), {}, 2);
    expect({ status, steps, code }).toEqual({
      status: "failed",
      steps: 0,
      code: "ollama_name_taken",
    });
  });
});

test("without Ollama the run goes on at once, and Ollama is tried once it is there", async () => {
  expect(await freeName(ws.home, "sky")).toBe("sky");
  expect(await carry(whole())).toMatchObject({ status: "finished", steps: 1 });
  expect(await carry(known(), {}, 2)).toMatchObject({ status: "finished", steps: 1 });
  await useOllama();
  expect(await carry(whole(), {}, 3)).toMatchObject({ status: "finished", steps: 1 });
  expect(await remembered()).toHaveLength(2);
});

test.each([
  ["Sky", "ollama_name_capital"],
  ["my sky", "ollama_name_character"],
  ["s".repeat(81), "ollama_name_long"],
])("the name %s fails the run before its first step, without Ollama, too", async (name, code) => {
  const { status, steps, code: found } = await carry(whole(), { targetName: name });
  expect({ status, steps, code: found }).toEqual({ status: "failed", steps: 0, code });
});

test("a run is cancelled while it waits for Ollama", async () => {
  const run = await makeRun(ws, [[asked, { waitFor: "rehearse" }, { waitFor: "go" }, ...training]]);
  await enqueue(ws, run);
  const types: string[] = [];
  for await (const { type } of followEvents(ws, run.slug, run.id)) {
    types.push(type);
    if (type === "rehearsal.asked") await cancelRun(ws, run.slug, run.id);
  }
  expect(types.at(-1)).toBe("run.cancelled");
  expect(types).not.toContain("train.step");
});
