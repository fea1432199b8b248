import { Readable } from "node:stream";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { RunEvent } from "#contract/events.ts";
import { listModels } from "#core/deploy/models.ts";
import { startOllama, type TestOllama } from "#core/deploy/testing/ollama-server.ts";
import { addDataFile } from "#core/datasets/data-files.ts";
import { createProject, updateProject } from "#core/projects/projects.ts";
import { followEvents } from "#core/runs/follow.ts";
import { readRun } from "#core/runs/read-runs.ts";
import { startRun } from "#core/runs/start-run.ts";
import { updateSettings } from "#core/settings.ts";
import { temporaryWorkspace } from "#core/testing/temporary-workspace.ts";

let server: TestOllama;
beforeAll(async () => void (server = await startOllama()));
afterAll(() => server?.stop());

const rows = Array.from({ length: 12 }, (_, index) =>
  JSON.stringify({ prompt: `What colour is thing ${index}?`, completion: "Blue." }),
).join("\n");

test("the real trainer and the real Ollama: rehearsed, deployed; the next run takes a free name", async () => {
  const ws = await temporaryWorkspace();
  await updateSettings(ws, { ollamaAddress: server.address });
  const { slug } = await createProject(ws, { name: "Things" });
  const stream = Readable.from([rows]);
  await addDataFile(ws, slug, { name: "things.jsonl", role: "train", stream });
  await updateProject(ws, slug, { training_config: { num_train_epochs: 1 } });
  const carry = async () => {
    const { id } = await startRun(ws, slug);
    const events: RunEvent[] = [];
    for await (const event of followEvents(ws, slug, id)) events.push(event);
    return { events, state: (await readRun(ws, slug, id)).state };
  };

  const first = await carry();
  expect(first.state).toMatchObject({ status: "finished", error: null });
  const said = first.state.decisions.find(({ code }) => code === "rehearsed");
  expect(said?.params["version"]).toBe("0.34.1");
  expect(said?.params["seconds"]).toBeLessThan(60);
  const types = first.events.map(({ type }) => type);
  expect(types.indexOf("rehearsal.ready")).toBeLessThan(types.indexOf("train.step"));
  expect((await listModels(server.address)).map(({ name }) => name)).toEqual(["things:latest"]);

  // The first run's model stays: the second one is planned under another name, and that is said.
  const second = await carry();
  expect(second.state).toMatchObject({ status: "finished", error: null });
  expect((await listModels(server.address)).map(({ name }) => name).sort()).toEqual([
    "things:latest",
    "things:v2",
  ]);
}, 400_000);
