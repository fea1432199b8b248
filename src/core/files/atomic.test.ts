import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { expect, test } from "vitest";
import { temporaryFolder } from "../testing/temporary-workspace.ts";
import { explainFullDisk, writeAtomic, writeJsonAtomic, writeStreamAtomic } from "./atomic.ts";

test("a write that fails half-way leaves the old file and nothing else", async () => {
  const folder = await temporaryFolder();
  const path = join(folder, "a.json");
  await writeJsonAtomic(path, { version: 1 });
  const failing = writeAtomic(path, async (file) => {
    await file.write("half of it");
    throw new Error("the power went");
  });
  await expect(failing).rejects.toThrow("the power went");
  expect(JSON.parse(await readFile(path, "utf8"))).toEqual({ version: 1 });
  expect(await readdir(folder)).toEqual(["a.json"]);
});

test("a stream that breaks leaves the old file", async () => {
  const folder = await temporaryFolder();
  const path = join(folder, "rows.jsonl");
  await writeFile(path, "old");
  const stream = Readable.from(
    (async function* () {
      yield Buffer.from("new");
      await Promise.resolve();
      throw new Error("the connection went");
    })(),
  );
  await expect(writeStreamAtomic(path, stream, () => undefined)).rejects.toThrow("connection");
  expect(await readFile(path, "utf8")).toBe("old");
  expect(await readdir(folder)).toEqual(["rows.jsonl"]);
});

test("a stream is written byte for byte, chunk by chunk", async () => {
  const path = join(await temporaryFolder(), "x");
  const sizes: number[] = [];
  const chunks = [Buffer.from([0, 255, 10]), Buffer.from("ä")];
  await writeStreamAtomic(path, Readable.from(chunks), (chunk) => sizes.push(chunk.length));
  expect(await readFile(path)).toEqual(Buffer.concat(chunks));
  expect(sizes).toEqual([3, 2]);
});

test("a full disk is told with the room that is left", async () => {
  const error = Object.assign(new Error("no space"), { code: "ENOSPC" });
  const file = join(await temporaryFolder(), "a");
  expect(await explainFullDisk(error, file)).toMatchObject({
    code: "disk_full",
    params: { file, free: expect.stringMatching(/MiB$/) as string },
  });
  const other = new Error("other");
  expect(await explainFullDisk(other, file)).toBe(other);
});
