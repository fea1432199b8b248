import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createHarness } from "../testing/harness.ts";
import type { Harness } from "../testing/harness.ts";

let root: string;
let server: Harness;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "tunesmith-page-"));
  await mkdir(join(root, "assets"));
  await writeFile(join(root, "index.html"), "<!doctype html><title>The page</title>");
  await writeFile(join(root, "assets", "app-3f9a.js"), "plain script");
  await writeFile(join(root, "assets", "app-3f9a.js.br"), "compressed script");
  await writeFile(join(root, "..", "outside.txt"), "outside");
  server = await createHarness({ webRoot: root });
});
afterAll(async () => {
  await server.close();
  await rm(root, { recursive: true });
});

const html = { accept: "text/html,*/*" };

test.each(["/", "/projects/sky", "/projects/v1.2/runs", "/index.html"])(
  "the address %s is the page, asked for anew each time",
  async (path) => {
    const reply = await server.send("GET", path, { headers: html });
    expect(reply.status).toBe(200);
    expect(reply.headers.get("content-type")).toContain("text/html");
    expect(reply.headers.get("cache-control")).toBe("no-cache");
    expect(await reply.text()).toContain("The page");
  },
);

test("files with a hash in their name are kept for good, and come compressed", async () => {
  const plain = await server.send("GET", "/assets/app-3f9a.js");
  expect(plain.headers.get("cache-control")).toContain("immutable");
  expect(plain.headers.get("content-type")).toContain("javascript");
  expect(await plain.text()).toBe("plain script");
  const small = await server.send("GET", "/assets/app-3f9a.js", {
    headers: { "accept-encoding": "gzip, br" },
  });
  expect(small.headers.get("content-encoding")).toBe("br");
  expect(await small.text()).toBe("compressed script");
});

test("a file that is not there is not the page, and nothing outside is served", async () => {
  for (const path of [
    "/assets/gone.js",
    "/..%2foutside.txt",
    "/%2e%2e/outside.txt",
    "/../outside.txt",
  ]) {
    const reply = await server.send("GET", path);
    expect(reply.status, path).toBe(404);
    expect(await reply.text()).not.toBe("outside");
  }
});

test("the API's addresses are never the page", async () => {
  const { status, error } = await server.ask("GET", "/api/nothing", { headers: html });
  expect([status, error.code]).toEqual([404, "not_found"]);
});

test("without a built page, one says where the API is", async () => {
  const bare = await createHarness();
  const reply = await bare.send("GET", "/projects/sky", { headers: html });
  expect(reply.status).toBe(200);
  const text = await reply.text();
  for (const path of ["/api/docs", "/api/openapi.json"]) {
    expect(text).toContain(`href="${path}"`);
    expect((await bare.send("GET", path)).status).toBe(200);
  }
  await bare.close();
});
