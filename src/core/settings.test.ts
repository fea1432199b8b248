import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readSecrets, readSettings, updateSettings } from "./settings.ts";
import { openWorkspace } from "./workspace.ts";
import type { Workspace } from "./workspace.ts";

let ws: Workspace;
beforeEach(async () => {
  ws = await openWorkspace({ home: await mkdtemp(join(tmpdir(), "tunesmith-settings-")) });
});
afterEach(() => rm(ws.home, { recursive: true }));

test("without a file everything is at its default", async () => {
  expect(await readSettings(ws)).toEqual({
    schemaVersion: 1,
    language: null,
    theme: "system",
    ollamaAddress: null,
    autoResume: true,
    diskReserveBytes: null,
  });
});

test("an update changes what it names, null goes back, unknown keys of the file stay", async () => {
  await writeFile(join(ws.home, "settings.json"), '{"schemaVersion":1,"theme":"dark","later":7}');
  await updateSettings(ws, { language: "de", ollamaAddress: " 127.0.0.1:9999 " });
  expect(await readSettings(ws)).toMatchObject({
    language: "de",
    theme: "dark",
    ollamaAddress: "127.0.0.1:9999",
  });
  await updateSettings(ws, { theme: null });
  expect(await readSettings(ws)).toMatchObject({ language: "de", theme: "system" });
  expect(JSON.parse(await readFile(join(ws.home, "settings.json"), "utf8"))).toEqual({
    schemaVersion: 1,
    language: "de",
    ollamaAddress: "127.0.0.1:9999",
    later: 7,
  });
});

test("the token stands in secrets.json alone, which only its owner can read", async () => {
  await updateSettings(ws, { huggingFaceToken: "hf_abc", theme: "light" });
  expect(await readSecrets(ws)).toMatchObject({ huggingFaceToken: "hf_abc" });
  expect(await readFile(join(ws.home, "settings.json"), "utf8")).not.toContain("hf_abc");
  if (process.platform !== "win32") {
    expect((await stat(join(ws.home, "secrets.json"))).mode & 0o777).toBe(0o600);
  }
  await updateSettings(ws, { huggingFaceToken: null });
  expect(await readSecrets(ws)).toMatchObject({ huggingFaceToken: null });
});

test("a refused address saves nothing", async () => {
  const update = updateSettings(ws, {
    theme: "dark",
    ollamaAddress: "ftp://x",
    huggingFaceToken: "t",
  });
  await expect(update).rejects.toMatchObject({ code: "ollama_address_invalid" });
  expect(await readSettings(ws)).toMatchObject({ theme: "system" });
  expect(await readSecrets(ws)).toMatchObject({ huggingFaceToken: null });
});

test("a damaged file is set aside, a newer one refused", async () => {
  await writeFile(join(ws.home, "settings.json"), '{"schemaVersion":2}');
  await expect(readSettings(ws)).rejects.toMatchObject({ code: "file_too_new" });
  await writeFile(join(ws.home, "settings.json"), "{");
  await expect(readSettings(ws)).rejects.toMatchObject({ code: "file_unreadable" });
});
