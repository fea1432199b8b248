import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { freeBytes, requireDisk } from "./disk.ts";

const future = join(tmpdir(), "tunesmith-not-there", "nor-this");

test("a folder that is yet to be made has the room of the disk that it will lie on", async () => {
  expect(await freeBytes(future)).toBeGreaterThan(0);
  await expect(requireDisk(future, 1)).resolves.toBeUndefined();
});

test("more than any disk has is refused with both figures", async () => {
  await expect(requireDisk(future, 1e18)).rejects.toMatchObject({
    code: "engine_no_disk",
    params: { folder: future, needed: "1000000000.0 GB", free: expect.stringMatching(/ GB$/) },
  });
});
