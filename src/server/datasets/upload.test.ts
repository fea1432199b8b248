import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { request } from "node:http";
import type { ClientRequest, IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createProject, openWorkspace } from "#core/api.ts";
import { startServer } from "../start.ts";
import type { RunningServer } from "../start.ts";

let home: string;
let server: RunningServer;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "tunesmith-upload-"));
  await createProject(await openWorkspace({ home }), { name: "Sky" });
  server = await startServer({ home, port: 0 });
});
afterAll(async () => {
  await server.close();
  await rm(home, { recursive: true, maxRetries: 5 });
});

function put(file: string, bytes: number): ClientRequest {
  const options = { method: "PUT", headers: { "content-length": bytes } };
  return request(`${server.url}api/projects/sky/data/${file}`, options);
}
const filesIn = (folder: string) => readdir(join(home, folder)).catch(() => []);

test("a file that the disk has no room for is refused before its bytes are sent", async () => {
  // A petabyte is announced, and not one byte of it follows.
  const sending = put("huge.jsonl", 1e15);
  sending.flushHeaders();
  const [reply] = (await once(sending, "response")) as [IncomingMessage];
  expect(reply.statusCode).toBe(507);
  expect(await json(reply)).toMatchObject({
    error: {
      code: "data_no_room",
      params: { file: "huge.jsonl", needed: "1000000.0 GB", folder: home },
      message: expect.stringMatching(/1000000\.0 GB large, and only [\d.]+ GB are free/),
    },
  });
  sending.on("error", () => undefined).destroy();
  expect(await filesIn("projects/sky/data")).toEqual([]);
  expect(await filesIn("tmp")).toEqual([]);
});

test("over the network a file arrives byte for byte, whatever pieces it comes in", async () => {
  const bytes = randomBytes(5_000_003);
  const sending = put("random.bin", bytes.length);
  const answered = once(sending, "response");
  for (let start = 0, length = 1; start < bytes.length; start += length, length = length * 3 + 1)
    if (!sending.write(bytes.subarray(start, start + length))) await once(sending, "drain");
  sending.end();
  const [reply] = (await answered) as [IncomingMessage];
  expect(await json(reply)).toMatchObject({
    bytes: bytes.length,
    sha256: createHash("sha256").update(bytes).digest("hex"),
  });
  expect((await readFile(join(home, "projects/sky/data/random.bin"))).equals(bytes)).toBe(true);
});

test("a connection that breaks off leaves nothing behind", async () => {
  const sending = put("half.jsonl", 1_000_000).on("error", () => undefined);
  sending.write(randomBytes(300_000));
  await expect.poll(() => filesIn("tmp"), { timeout: 20_000 }).not.toEqual([]);
  sending.destroy();
  await expect.poll(() => filesIn("tmp"), { timeout: 20_000 }).toEqual([]);
  expect(await filesIn("projects/sky/data")).not.toContain("half.jsonl");
});
