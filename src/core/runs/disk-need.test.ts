import { expect, test } from "vitest";
import { sampleSpec } from "../testing/run-spec.ts";
import { temporaryWorkspace } from "../testing/temporary-workspace.ts";
import { neededDiskBytes, requireDiskFor } from "./disk-need.ts";

test("a run needs room for two copies of 16 bits and its GGUF", () => {
  const spec = sampleSpec("sky", "20261122-100000-aaaa", 1);
  const model = { ...spec.model, parameters: 1_000_000_000 };
  const need = (output: string) => {
    const quantization = { ...spec.quantization, output_quantization: output };
    return neededDiskBytes({ ...spec, model, quantization });
  };
  expect(need("f16")).toBe(6e9);
  expect(need("q8_0")).toBe(5_062_500_000);
  expect(need("q4_k_m")).toBeLessThan(need("q8_0"));
});

test("checkpoints hold adapter and optimizer; a trial of a sweep writes nothing else", () => {
  const spec = sampleSpec("sky", "20261122-100000-aaaa", 1);
  const parts = [
    { part: "adapter" as const, bytes: 10 },
    { part: "optimizer" as const, bytes: 20 },
    { part: "activations" as const, bytes: 1e9 },
  ];
  const memory = { parts } as NonNullable<typeof spec.memory>;
  const trial = { sweep: "one" };
  expect(neededDiskBytes({ ...spec, memory, keepCheckpoints: 3, trial })).toBe(5 * 30);
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
