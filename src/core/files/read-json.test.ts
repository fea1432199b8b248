import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../testing/temporary-workspace.ts";
import { readJsonObject } from "./read-json.ts";

test("a file that is not there is undefined", async () => {
  expect(await readJsonObject(join(await temporaryFolder(), "a.json"))).toBeUndefined();
});

test.each(['{"a": 1', "", "[1]", "null"])(
  "%j is set aside with its bytes, and said",
  async (text) => {
    const folder = await temporaryFolder();
    const path = join(folder, "a.json");
    await writeFile(path, text);
    await expect(readJsonObject(path)).rejects.toMatchObject({ code: "file_unreadable" });
    const [aside = ""] = await readdir(folder);
    expect(aside).toMatch(/^a\.json\.unreadable-/);
    expect(await readFile(join(folder, aside), "utf8")).toBe(text);
    // It is still said the next time: the file is not simply gone.
    await expect(readJsonObject(path)).rejects.toMatchObject({
      code: "file_unreadable",
      params: { aside },
    });
  },
);
