import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, expect, test, vi } from "vitest";
import { createProject } from "../projects/projects.ts";
import { runPaths } from "../runs/run-paths.ts";
import { sampleSpec } from "../testing/run-spec.ts";
import { temporaryWorkspace } from "../testing/temporary-workspace.ts";
import { findBaseModel, provideBaseModel } from "./base-model.ts";
import { openChat } from "./open-chat.ts";

beforeEach(() => {
  vi.stubEnv("TUNESMITH_PYTHON", join(import.meta.dirname, "testing", "stand-in-chat.mjs"));
});

const first = "20261122-100000-aaaa";
const second = "20261122-110000-bbbb";

async function workspace({ parameters = 1 } = {}) {
  const ws = await temporaryWorkspace();
  const { slug } = await createProject(ws, { name: "sky" });
  for (const id of [first, second]) {
    const paths = runPaths(ws, slug, id);
    await mkdir(paths.gguf, { recursive: true });
    const spec = sampleSpec(slug, id, 1);
    await writeFile(paths.spec, JSON.stringify({ ...spec, model: { ...spec.model, parameters } }));
    await writeFile(join(paths.gguf, "model-q8_0.gguf"), "");
  }
  return ws;
}

test("the base is made once for all runs of it, in the tuned model's format", async () => {
  const ws = await workspace();
  expect(await findBaseModel(ws, "sky", first)).toMatchObject({ path: undefined, format: "q8_0" });
  const steps: string[] = [];
  const path = await provideBaseModel(ws, "sky", first, {
    onProgress: ({ step, done, total }) => void steps.push(`${step} ${done}/${total}`),
  });
  expect(steps).toEqual(["convert 5/10"]);
  expect(await readFile(path, "utf8")).toBe("a GGUF");
  expect(await findBaseModel(ws, "sky", second)).toMatchObject({ path, bytes: 6 });
  vi.stubEnv("STAND_IN_FAULT", "1");
  expect(await provideBaseModel(ws, "sky", second)).toBe(path);
  await openChat(ws, "sky", second, { model: "base" }).then((session) => session.close());
});

test("without it, the base cannot answer, and the tuned model can", async () => {
  const ws = await workspace();
  const refused = { code: "chat_no_base" };
  await expect(openChat(ws, "sky", first, { model: "base" })).rejects.toMatchObject(refused);
  await openChat(ws, "sky", first).then((session) => session.close());
});

test("what fails leaves nothing behind", async () => {
  const ws = await workspace();
  vi.stubEnv("STAND_IN_FAULT", "1");
  await expect(provideBaseModel(ws, "sky", first)).rejects.toMatchObject({
    code: "model_changed",
  });
  expect(await readdir(join(ws.home, "tmp"))).toEqual([]);
  expect((await findBaseModel(ws, "sky", first)).path).toBeUndefined();
});

test("it can be stopped", async () => {
  const ws = await workspace();
  vi.stubEnv("STAND_IN_WAIT", "1");
  const stop = new AbortController();
  const made = provideBaseModel(ws, "sky", first, {
    signal: stop.signal,
    onProgress: () => stop.abort(),
  });
  await expect(made).rejects.toMatchObject({ name: "AbortError" });
  expect(await readdir(join(ws.home, "tmp"))).toEqual([]);
});

test("room is asked for before anything is written", async () => {
  const ws = await workspace({ parameters: 1e15 });
  await expect(provideBaseModel(ws, "sky", first)).rejects.toMatchObject({ code: "disk_full" });
});
