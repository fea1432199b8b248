import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createHarness } from "../testing/harness.ts";
import type { Harness } from "../testing/harness.ts";

let server: Harness;
beforeEach(async () => {
  server = await createHarness();
  await server.ask("POST", "/api/projects", { json: { name: "Sky" } });
});
afterEach(async () => {
  expect(server.log).toEqual([]);
  await server.close();
});

const path = (name: string) => `/api/projects/sky/data/${encodeURIComponent(name)}`;
const row = (text: string) =>
  `${JSON.stringify({ prompt: `What is ${text}?`, completion: text })}\n`;
const files = async (folder: string) =>
  (await readdir(join(server.workspace.home, folder), { recursive: true })).sort();

test("a file comes back as it went in, byte for byte", async () => {
  const bytes = Buffer.concat([
    Buffer.from([0xef, 0xbb, 0xbf]),
    Buffer.from(row("blü") + row("red")),
  ]);
  const put = await server.ask("PUT", `${path("Farben é.jsonl")}?role=check`, { body: bytes });
  expect(put.status).toBe(201);
  expect(put.json).toMatchObject({
    name: "Farben é.jsonl",
    role: "check",
    bytes: bytes.length,
    sha256: createHash("sha256").update(bytes).digest("hex"),
  });
  expect((await server.ask("GET", "/api/projects/sky/data")).json["files"]).toEqual([put.json]);
  expect((await server.ask("GET", "/api/projects/sky")).json["data"]).toEqual([put.json]);

  const got = await server.send("GET", path("Farben é.jsonl"));
  expect(Buffer.from(await got.arrayBuffer()).equals(bytes)).toBe(true);
  expect(got.headers.get("content-disposition")).toBe(
    "attachment; filename=\"Farben__.jsonl\"; filename*=UTF-8''Farben%20%C3%A9.jsonl",
  );
  const part = await server.send("GET", path("Farben é.jsonl"), {
    headers: { range: "bytes=3-5" },
  });
  expect(part.status).toBe(206);
  expect(await part.text()).toBe(bytes.toString("utf8", 3, 6));

  expect((await server.ask("DELETE", path("Farben é.jsonl"))).status).toBe(200);
  expect((await server.ask("DELETE", path("Farben é.jsonl"))).error.code).toBe("not_found");
  expect(await files("projects/sky/data")).toEqual([]);
});

test("another file of the same name is refused, replaces with the way back, or gets its own name", async () => {
  const put = (body: string, existing?: string) =>
    server.ask("PUT", `${path("a.jsonl")}${existing ? `?existing=${existing}` : ""}`, { body });
  const held = () => readFile(join(server.workspace.home, "projects/sky/data/a.jsonl"), "utf8");
  const first = await put(row("one"));
  for (const body of [row("two"), row("two") + row("three")]) {
    const refused = await put(body);
    expect([refused.status, refused.error.code]).toEqual([409, "data_file_exists"]);
    expect(refused.error.params).toEqual({ file: "a.jsonl", free: "a-2.jsonl" });
  }
  expect(await held()).toBe(row("one"));
  expect((await put(row("one"))).status).toBe(201);

  expect((await put(row("two"), "keep_both")).json).toMatchObject({ name: "a-2.jsonl" });
  expect((await put(row("three"), "keep_both")).json).toMatchObject({ name: "a-3.jsonl" });
  const replaced = await put(row("four"), "replace");
  expect(replaced.json).toMatchObject({ name: "a.jsonl" });
  expect(await held()).toBe(row("four"));

  const versions = async () => (await server.ask("GET", `${path("a.jsonl")}/versions`)).json;
  const { sha256 } = first.json;
  expect(await versions()).toMatchObject({ earlier: [{ sha256, bytes: row("one").length }] });
  const restore = (hash: unknown) =>
    server.ask("POST", `${path("a.jsonl")}/earlier/${String(hash)}/restore`);
  expect((await restore(sha256)).json).toMatchObject({ name: "a.jsonl", sha256 });
  expect(await held()).toBe(row("one"));
  expect(await versions()).toMatchObject({ earlier: [{ sha256: replaced.json["sha256"] }] });
  expect((await restore("0".repeat(64))).error.code).toBe("not_found");
  expect((await restore("x")).status).toBe(400);

  await server.ask("DELETE", path("a.jsonl"));
  expect(await files("projects/sky/data")).toEqual([".versions", "a-2.jsonl", "a-3.jsonl"]);
});

test("an upload that breaks off leaves everything as it was", async () => {
  await server.ask("PUT", path("a.jsonl"), { body: row("one") });
  const body = new ReadableStream({
    pull(controller) {
      controller.enqueue(Buffer.from(row("half")));
      controller.error(new Error("the other end is gone"));
    },
  });
  for (const name of ["a.jsonl", "b.jsonl"]) {
    const { status, error } = await server.ask("PUT", `${path(name)}?existing=replace`, {
      body: name === "a.jsonl" ? body : row("short"),
      headers: { "content-length": "100000" },
    });
    expect([status, error.code]).toEqual([400, "upload_incomplete"]);
    expect(error.params["file"]).toBe(name);
  }
  expect(await files("projects/sky/data")).toEqual(["a.jsonl"]);
  expect(await files("tmp")).toEqual([]);
  expect(await readFile(join(server.workspace.home, "projects/sky/data/a.jsonl"), "utf8")).toBe(
    row("one"),
  );
});

test("an empty file, a wrong role and a project that is not there are refused", async () => {
  const empty = await server.ask("PUT", path("a.jsonl"), { body: "" });
  expect([empty.status, empty.error.code]).toEqual([422, "data_empty_file"]);
  const role = await server.ask("PUT", `${path("a.jsonl")}?role=test`, { body: row("one") });
  expect([role.status, role.error.code]).toEqual([422, "parameter_option"]);
  const none = await server.ask("PUT", "/api/projects/sea/data/a.jsonl", { body: row("one") });
  expect([none.status, none.error.code]).toEqual([404, "not_found"]);
  expect(await files("projects")).not.toContain("sea");
});

test("every row is in the ledger, and pages of rows show what is read", async () => {
  const lines = ["one", "two", "three"].map(row);
  await server.ask("PUT", path("a.jsonl"), {
    body: `${lines.join("")}{"broken\n{"prompt":"only"}\n${row("four")}`,
  });
  const { json } = await server.ask("GET", "/api/projects/sky/ledger");
  expect(json).toMatchObject({
    rows: 6,
    left_out: 2,
    reasons: { row_json: 1 },
    first: [
      { file: "a.jsonl", line: 4, outcome: "left_out", reason: { code: "row_json" } },
      { file: "a.jsonl", line: 5, outcome: "left_out" },
    ],
  });
  expect(Number(json["train"]) + Number(json["check"])).toBe(4);

  const page = await server.ask("GET", "/api/projects/sky/rows?offset=2&limit=3");
  expect(page.json).toMatchObject({
    offset: 2,
    limit: 3,
    rows: [
      {
        id: "a.jsonl:3",
        messages: [
          { role: "user", content: "What is three?" },
          { role: "assistant", content: "three" },
        ],
      },
    ],
    left_out: [{ line: 4 }, { line: 5 }],
  });
  for (const query of ["offset=-1", "limit=0", "limit=1001", "limit=x", "offset=1.5"]) {
    const refused = await server.ask("GET", `/api/projects/sky/rows?${query}`);
    expect(refused.status, query).toBe(422);
    expect(refused.error.params["field"]).toBe(query.split("=")[0]);
  }
  const missing = await server.ask("GET", "/api/projects/sky/rows?file=b.jsonl");
  expect([missing.status, missing.error.code]).toEqual([404, "not_found"]);
});

test("the table gives any part of the rows, filtered, and the account adds up", async () => {
  const lines = Array.from({ length: 30 }, (_, index) => row(`number ${index}`));
  await server.ask("PUT", path("a.jsonl"), { body: `${lines.join("")}{"broken\n` });
  const table = await server.ask("GET", "/api/projects/sky/table?offset=29&limit=2");
  expect(table.json).toMatchObject({
    total: 31,
    reading: null,
    rows: [
      { number: 30, line: 30, reason: null, content: { messages: [{ role: "user" }, {}] } },
      { number: 31, use: "left_out", reason: { code: "row_json" }, content: null, tokens: null },
    ],
  });
  const { json } = await server.ask("GET", "/api/projects/sky/account");
  expect(json).toMatchObject({ reading: null, check_source: "split", ledger: { rows: 31 } });
  const ledger = json["ledger"] as Record<string, number>;
  for (const use of ["train", "check", "left_out"]) {
    const some = await server.ask("GET", `/api/projects/sky/table?use=${use}&limit=1`);
    expect(some.json["total"]).toBe(ledger[use]);
  }
  const found = await server.ask("GET", "/api/projects/sky/table?search=NUMBER%2029");
  expect(found.json).toMatchObject({ total: 1, rows: [{ number: 30 }] });
  const long = await server.ask("GET", "/api/projects/sky/table?limit=501");
  expect([long.status, long.error.params["field"]]).toEqual([422, "limit"]);
});

test("what a file is for can be changed, and how it is read", async () => {
  await server.ask("PUT", path("a.jsonl"), { body: row("one") });
  const checks = await server.ask("PATCH", path("a.jsonl"), { json: { role: "check" } });
  expect([checks.status, checks.json]).toMatchObject([200, { name: "a.jsonl", role: "check" }]);
  const mapping = { columns: { question: "prompt", answer: "completion" } };
  const mapped = await server.ask("PATCH", path("a.jsonl"), { json: { mapping } });
  expect(mapped.json).toMatchObject({ role: "check", mapping });
  const plain = await server.ask("PATCH", path("a.jsonl"), { json: { mapping: null } });
  expect(Object.keys(plain.json)).not.toContain("mapping");
  expect((await server.ask("GET", "/api/projects/sky/ledger")).json).toMatchObject({ check: 1 });
  const role = await server.ask("PATCH", path("a.jsonl"), { json: { role: "both" } });
  expect([role.status, role.error.code]).toEqual([422, "parameter_option"]);
  const none = await server.ask("PATCH", path("b.jsonl"), { json: { role: "train" } });
  expect([none.status, none.error.code]).toEqual([404, "not_found"]);
});

test("how a file is read is told with its evidence, and can be said otherwise", async () => {
  await server.ask("PUT", path("a.csv"), {
    body: "Thema;Inhalt\nThe sun in the sky;A star like others.\nThe sea around us;Salt water, mostly.\n",
  });
  const format = await server.ask("GET", `${path("a.csv")}/format`);
  expect(format.json).toMatchObject({
    container: "csv",
    delimiter: ";",
    header: true,
    columns: ["Thema", "Inhalt"],
    mapped: { question: "Thema", answer: "Inhalt" },
    mapping: null,
  });
  expect(format.json["evidence"]).toContainEqual(
    expect.objectContaining({ code: "form_positions" }),
  );
  const map = (mapping: object | null) => server.ask("PATCH", path("a.csv"), { json: { mapping } });
  const turned = { columns: { question: "Inhalt", answer: "Thema" } };
  expect((await map(turned)).json).toMatchObject({ mapping: turned });
  expect((await server.ask("GET", `${path("a.csv")}/format`)).json).toMatchObject({
    mapped: turned.columns,
    mapping: turned,
  });
  const { json } = await server.ask("GET", "/api/projects/sky/rows");
  expect(json["rows"]).toMatchObject([
    { messages: [{ content: "A star like others." }, { content: "The sun in the sky" }] },
    {},
  ]);
  expect((await map({ columns: { question: "Topic" } })).error.code).toBe("data_column_unknown");
  expect((await map({ encoding: "klingon" })).error.code).toBe("data_encoding_unknown");
  expect((await map({ colour: "red" })).status).toBe(422);
  expect((await map(null)).json).not.toHaveProperty("mapping");
  expect((await server.ask("GET", `${path("b.csv")}/format`)).error.code).toBe("not_found");
});

test("a file that was changed elsewhere is not overwritten unseen", async () => {
  const first = await server.ask("PUT", `${path("a.jsonl")}?replaces=`, { body: row("one") });
  expect(first.status).toBe(201);
  const blind = await server.ask("PUT", `${path("a.jsonl")}?replaces=`, { body: row("two") });
  expect([blind.status, blind.error.code]).toEqual([409, "data_file_changed"]);
  const known = String(first.json["sha256"]);
  const next = await server.ask("PUT", `${path("a.jsonl")}?replaces=${known}`, {
    body: row("two"),
  });
  expect(next.status).toBe(201);
  const late = await server.ask("PUT", `${path("a.jsonl")}?replaces=${known}`, {
    body: row("six"),
  });
  expect(late.status).toBe(409);
  expect(await files("tmp")).toEqual([]);
  const got = await server.send("GET", path("a.jsonl"));
  expect(await got.text()).toBe(row("two"));
});

test("reading many rows tells how far it is; stopped, it stays stopped until it is asked for", async () => {
  const text = Array.from({ length: 40_000 }, (_, n) => row(`number ${n} of them all`)).join("");
  await server.ask("PUT", path("many.jsonl"), { body: text + row("x".repeat(3_000_000)) });
  const check = async () =>
    String((await server.ask("POST", "/api/projects/sky/check")).json["id"]);
  const job = async (id: string) => (await server.ask("GET", `/api/jobs/${id}`)).json;
  const first = await check();
  await vi.waitFor(async () => expect((await job(first))["done"]).toBeGreaterThan(0), {
    timeout: 60_000,
  });
  await server.ask("POST", `/api/jobs/${first}/cancel`);
  await vi.waitFor(async () => expect((await job(first))["status"]).toBe("cancelled"), {
    timeout: 60_000,
  });
  for (const part of ["account", "table"]) {
    const refused = await server.ask("GET", `/api/projects/sky/${part}`);
    expect([refused.status, refused.error.code]).toEqual([409, "data_check_stopped"]);
  }
  expect((await files("cache/rows")).filter((name) => name.endsWith(".db"))).toEqual([]);

  const second = await check();
  const account = await server.ask("GET", "/api/projects/sky/account");
  expect(account.status).toBe(200);
  await vi.waitFor(async () => expect((await job(second))["status"]).toBe("finished"), {
    timeout: 60_000,
  });
  expect((await job(second))["result"]).toMatchObject({
    ledger: { rows: 40_001, left_out: 1, reasons: { row_too_large: 1 } },
  });
  const page = await server.ask("GET", "/api/projects/sky/table?offset=39999&limit=2");
  expect(page.json).toMatchObject({ total: 40_001, reading: null, rows: [{ line: 40_000 }, {}] });
  expect(await files("tmp")).toEqual([]);
}, 180_000);
