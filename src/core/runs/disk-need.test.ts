import { join } from "node:path";
import { expect, test } from "vitest";
import { readModelShape } from "../memory/model-shape.ts";
import { checkpointBytes } from "../memory/trained.ts";
import { startResolving } from "../resolve/settings.ts";
import { plainCpu } from "../testing/facts.ts";
import { makePaperModel } from "../testing/paper-model.ts";
import { sampleSpec } from "../testing/run-spec.ts";
import { temporaryFolder, temporaryWorkspace } from "../testing/temporary-workspace.ts";
import { diskNeed, requireDiskFor } from "./disk-need.ts";

test("a run needs room for two copies of 16 bits and its GGUF", () => {
  const spec = sampleSpec("sky", "20261122-100000-aaaa", 1);
  const model = { ...spec.model, parameters: 1_000_000_000 };
  const need = (output: string) => {
    const quantization = { ...spec.quantization, output_quantization: output };
    return diskNeed({ ...spec, model, quantization }).peak;
  };
  expect(need("f16")).toBe(6e9);
  expect(need("q8_0")).toBe(5_062_500_000);
  expect(need("q4_k_m")).toBeLessThan(need("q8_0"));
});

test("checkpoints, merged model, GGUF and Ollama's copy are counted, and once each", () => {
  const spec = sampleSpec("sky", "20261122-100000-aaaa", 1);
  const model = { ...spec.model, parameters: 1000 };
  const quantization = { ...spec.quantization, output_quantization: "f32" };
  const need = diskNeed({ ...spec, model, quantization, checkpointBytes: 30, keepCheckpoints: 3 });
  expect(need).toEqual({
    checkpoints: 5 * 30,
    merged: 2000,
    gguf: 4000,
    interim: 2000,
    ollama: 4000,
    peak: 150 + 2000 + 4000 + 4000,
  });
});

test("a trial of a sweep writes checkpoints alone", () => {
  const spec = sampleSpec("sky", "20261122-100000-aaaa", 1);
  const trial = { sweep: "one" };
  expect(diskNeed({ ...spec, checkpointBytes: 30, keepCheckpoints: 3, trial }).peak).toBe(5 * 30);
});

test("a checkpoint's size is known from the tensors where the config names no sizes", async () => {
  const settings = startResolving(
    {
      training_config: { optim: "adamw_torch" },
      lora_config: { r: 4, target_modules: ["q_proj"] },
      quantization_config: {},
      modelfile_config: {},
    },
    { device: plainCpu },
  ).settings;
  const folder = join(await temporaryFolder(), "model");
  await makePaperModel(folder, {});
  const shape = await readModelShape(folder);
  const bytes = await checkpointBytes(settings, shape, folder);
  expect(bytes).toBeGreaterThan(0);
  expect(await checkpointBytes(settings, undefined, folder)).toBe(bytes);
  expect(await checkpointBytes(settings, undefined, "/nowhere")).toBe(0);
});

test("a run that cannot fit is refused before it begins, with what it needs", async () => {
  const ws = await temporaryWorkspace();
  const spec = sampleSpec("sky", "20261122-100000-aaaa", 1);
  await requireDiskFor(ws, spec);
  const huge = { ...spec, model: { ...spec.model, parameters: 1e15 } };
  await expect(requireDiskFor(ws, huge)).rejects.toMatchObject({
    code: "run_disk_budget",
    params: { folder: ws.home, needed: "5062500.0 GB" },
  });
});
