import { describe, expect, test } from "vitest";
import type { DeviceReply } from "#contract/trainer.ts";
import { parameterCount, trainableSizes } from "./trainable-sizes.ts";

const cpu: DeviceReply = {
  type: "cpu",
  name: "a processor",
  memoryBytes: 16e9,
  freeBytes: 12e9,
  threads: 4,
  cores: 4,
  bf16: false,
  fp16: false,
  flags: [],
  reason: "",
};
const gpu: DeviceReply = { ...cpu, type: "cuda", memoryBytes: 24e9, bf16: true, fp16: true };
const plenty = { memoryBytes: 512e9, freeDiskBytes: 4e12 };

describe("what a GPU of 24 GB trains", () => {
  test("a model of 7 B in 16 bits, and one of 27 B in 4 bits, but none of 70 B", () => {
    const { lora, qlora = 0, weightBytes } = trainableSizes(gpu, plenty);
    expect(weightBytes).toBe(2);
    expect(lora).toBeGreaterThan(7e9);
    expect(lora).toBeLessThan(13e9);
    expect(qlora).toBeGreaterThan(20e9);
    expect(qlora).toBeLessThan(40e9);
  });

  test("65 B fit 48 GB in 4 bits, as the QLoRA paper reports", () => {
    const { qlora } = trainableSizes({ ...gpu, memoryBytes: 51.5e9 }, plenty);
    expect(qlora).toBeGreaterThan(64e9);
  });

  test("no more than the machine's memory can merge, or the disk can hold", () => {
    const narrow = trainableSizes(gpu, { ...plenty, memoryBytes: 16e9 });
    expect(narrow).toMatchObject({ limitedBy: "memory" });
    expect(narrow.qlora).toBeLessThan(5e9);
    const full = trainableSizes(gpu, { ...plenty, freeDiskBytes: 7.1e9 });
    expect(full).toMatchObject({ limitedBy: "disk", qlora: 1e9, lora: 1e9 });
    expect(trainableSizes(gpu, plenty).limitedBy).toBe("device");
  });
});

test("a processor without bf16 keeps weights in 32 bits, so it holds half as much", () => {
  const plain = trainableSizes(cpu, { ...plenty, memoryBytes: 16e9 });
  const modern = trainableSizes({ ...cpu, bf16: true }, { ...plenty, memoryBytes: 16e9 });
  expect(plain.weightBytes).toBe(4);
  expect(modern.weightBytes).toBe(2);
  expect(modern.lora / plain.lora).toBeCloseTo(4.192 / 2.2, 1);
});

test("Apple silicon has no 4-bit weights", () => {
  expect(trainableSizes({ ...cpu, type: "mps" }, plenty)).not.toHaveProperty("qlora");
});

test("a machine without room trains nothing, rather than less than nothing", () => {
  const tiny = trainableSizes({ ...cpu, memoryBytes: 1e9 }, { memoryBytes: 1e9, freeDiskBytes: 0 });
  expect(tiny).toMatchObject({ lora: 0, qlora: 0 });
});

test.each([
  [3.3e6, "3 M"],
  [999e6, "999 M"],
  [1.78e9, "1.7 B"],
  [34.9e9, "34 B"],
])("%d parameters are %s", (count, text) => {
  expect(parameterCount(count)).toBe(text);
});
