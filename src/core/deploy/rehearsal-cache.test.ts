import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { hasPassed, rehearsalFile, rehearsalKeySchema, rememberPass } from "./rehearsal-cache.ts";
import type { RehearsalKey } from "./rehearsal-cache.ts";

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "tunesmith-rehearsal-"));
  return () => rm(home, { recursive: true, force: true });
});

const key: RehearsalKey = {
  modelSha256: "m",
  modelFilesSha256: "f",
  templateSha256: "t",
  thinking: "off",
  engine: "e1",
  tunesmith: "0.1.0",
  ollamaVersion: "0.34.1",
  ollamaAddress: "http://127.0.0.1:11434",
  format: "q8_0",
  device: "cpu",
  lora: { r: 32, use_dora: false, target_modules: ["q_proj", "k_proj"] },
  loadIn4Bit: false,
  settings: { parameters: { num_ctx: 2048, stop: ["<|im_end|>"] }, system: "Be kind." },
  name: "sky:latest",
};

const changes: { [Part in keyof RehearsalKey]: RehearsalKey[Part] } = {
  modelSha256: "other",
  modelFilesSha256: "other",
  templateSha256: "other",
  thinking: "on",
  engine: "e2",
  tunesmith: "0.2.0",
  ollamaVersion: "none",
  ollamaAddress: "http://127.0.0.1:11435",
  format: "q4_k_m",
  device: "cuda",
  lora: { ...key.lora, use_dora: true },
  loadIn4Bit: true,
  settings: { ...key.settings, system: "Be brief." },
  name: "sun:latest",
};

test("a rehearsal that passed is known", async () => {
  expect(await hasPassed(home, key)).toBe(false);
  await rememberPass(home, key);
  expect(await hasPassed(home, key)).toBe(true);
  const turned = Object.fromEntries(Object.entries(key).reverse()) as RehearsalKey;
  expect(await hasPassed(home, turned)).toBe(true);
});

test.each(Object.entries(changes))("it is not after a change of %s", async (part, value) => {
  await rememberPass(home, key);
  const changed = rehearsalKeySchema.parse({ ...key, [part]: value });
  expect(await hasPassed(home, changed)).toBe(false);
  await rememberPass(home, changed);
  expect(await hasPassed(home, changed)).toBe(true);
  expect(await hasPassed(home, key)).toBe(true);
});

test("a newer Ollama is another one", async () => {
  await rememberPass(home, key);
  expect(await hasPassed(home, { ...key, ollamaVersion: "0.35.0" })).toBe(false);
});

test("a file that is damaged, or another's, only costs a rehearsal", async () => {
  await rememberPass(home, key);
  await writeFile(rehearsalFile(home, key), "{");
  expect(await hasPassed(home, key)).toBe(false);
  await rememberPass(home, key);
  expect(await hasPassed(home, key)).toBe(true);
  const other = { schemaVersion: 1, key: { ...key, format: "f16" }, time: "2026-11-22T10:00:00Z" };
  await writeFile(rehearsalFile(home, key), JSON.stringify(other));
  expect(await hasPassed(home, key)).toBe(false);
});
