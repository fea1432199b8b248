import { join } from "node:path";
import { Readable } from "node:stream";
import { beforeEach, expect, test, vi } from "vitest";
import type * as estimates from "../memory/estimate.ts";
import { addDataFile } from "../datasets/data-files.ts";
import { createProject } from "../projects/projects.ts";
import { makePaperModel } from "../testing/paper-model.ts";
import { temporaryFolder, temporaryWorkspace } from "../testing/temporary-workspace.ts";
import type { Workspace } from "../workspace.ts";
import { listRuns, readSpec } from "./read-runs.ts";
import { startSweep } from "../sweeps/start-sweep.ts";
import { planRun, startRun } from "./start-run.ts";

// A run that is started would start a real runner.
vi.mock("./spawn-runner.ts", () => ({ spawnRunner: () => undefined }));
// A model of paper fits everywhere: only what is counted for it is forced.
vi.mock("../memory/four-bit.ts", () => ({
  fourBitNeed: ({ settings }: { settings: { quantization_config: Record<string, unknown> } }) =>
    settings.quantization_config["load_in_4bit"]
      ? undefined
      : { wholeBytes: 9e9, fourBitBytes: 3e9, freeBytes: 5e9 },
}));
vi.mock("../memory/estimate.ts", async (original) => {
  const real = await original<typeof estimates>();
  const estimateMemory: typeof real.estimateMemory = (input) => ({
    ...real.estimateMemory(input),
    verdict: "too_large",
  });
  return { ...real, estimateMemory };
});

let ws: Workspace;
beforeEach(async () => {
  ws = await temporaryWorkspace();
  const model = await makePaperModel(join(await temporaryFolder(), "model"), {});
  await createProject(ws, { name: "Sky", model });
  const row = JSON.stringify({ instruction: "Is it blue?", output: "Yes." });
  const stream = Readable.from([Array.from({ length: 20 }, () => row).join("\n")]);
  await addDataFile(ws, "sky", { name: "rows.jsonl", role: "train", stream });
});

test("a run that fits in 4 bits alone is not started without consent", async () => {
  expect((await planRun(ws, "sky")).fourBit).toMatchObject({ fourBitBytes: 3e9 });
  await expect(startRun(ws, "sky")).rejects.toMatchObject({
    code: "four_bit_question",
    params: { needed: "9.0 GB", reduced: "3.0 GB", free: "5.0 GB" },
  });
  expect((await listRuns(ws, "sky")).runs).toEqual([]);
});

test("with consent it is frozen in 4 bits, and says who decided that", async () => {
  const spec = await startRun(ws, "sky", { allow4bit: true });
  expect(spec.quantization["load_in_4bit"]).toBe(true);
  expect(spec.allow4bit).toBe(true);
  expect(spec.decisions[0]).toMatchObject({ code: "four_bit_agreed" });
});

test("declined, it starts as it is", async () => {
  const spec = await startRun(ws, "sky", { allow4bit: false });
  expect(spec.quantization["load_in_4bit"]).toBe(false);
  expect(spec.allow4bit).toBeUndefined();
});

test("trials of a sweep need the same consent, and it counts for each", async () => {
  const grid = { lora_config: { r: [4, 8] } };
  await expect(startSweep(ws, "sky", { grid })).rejects.toMatchObject({
    code: "four_bit_question",
  });
  expect((await listRuns(ws, "sky")).runs).toEqual([]);

  const agreed = await startSweep(ws, "sky", { grid }, { allow4bit: true });
  for (const { run } of agreed.trials) {
    const spec = await readSpec(ws, "sky", run);
    expect(spec).toMatchObject({ allow4bit: true, quantization: { load_in_4bit: true } });
  }
  const declined = await startSweep(ws, "sky", { grid }, { allow4bit: false });
  for (const { run } of declined.trials) {
    const spec = await readSpec(ws, "sky", run);
    expect(spec.allow4bit).toBeUndefined();
    expect(spec.quantization["load_in_4bit"]).toBe(false);
  }
});
