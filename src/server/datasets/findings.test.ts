import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Finding } from "#contract/finding-report.ts";
import type { Job } from "#contract/routes/jobs.ts";
import { createHarness } from "../testing/harness.ts";
import type { Harness } from "../testing/harness.ts";

let server: Harness;
beforeEach(async () => {
  // Tokens are counted in the tests of the core; here that would only take time.
  vi.stubEnv("TUNESMITH_PYTHON", undefined);
  server = await createHarness();
  await server.ask("POST", "/api/projects", { json: { name: "Sky" } });
});
afterEach(async () => {
  expect(server.log).toEqual([]);
  await server.close();
  vi.unstubAllEnvs();
});

const project = "/api/projects/sky";
const file = `${project}/data/a.jsonl`;

const rows = [
  ["What is a cloud?", "Water that floats, in drops too small to fall."],
  ["What is rain?", "Water that falls. <|im_end|>"],
  ["What is snow?", "TODO"],
  ["What is a cloud?", "Water that floats, in drops too small to fall."],
  ["Who knows more?", "Write to jana.brandt@gmail.com about it."],
];
const text = rows
  .map(([prompt, completion]) => `${JSON.stringify({ prompt, completion })}\n`)
  .join("");

interface Findings {
  state: string;
  report: { rows: number; findings: Finding[] } | null;
}
interface Page {
  rows: { line: number; messages: { content: string }[] }[];
  left_out: { line: number; reason: { code: string; params: { finding?: string } } }[];
}

async function ended(job: Job): Promise<Job> {
  return vi.waitFor(
    async () => {
      const { json } = await server.ask<Job>("GET", `/api/jobs/${job.id}`);
      expect(json.status).not.toBe("running");
      return json;
    },
    { timeout: 30_000, interval: 20 },
  );
}

async function look(): Promise<Findings> {
  const { status, json } = await server.ask<Job>("POST", `${project}/findings`);
  expect(status).toBe(202);
  expect((await ended(json)).error).toBeNull();
  return (await server.ask<Findings>("GET", `${project}/findings`)).json;
}

async function fix(json: object): Promise<Job> {
  const reply = await server.ask<Job>("POST", `${project}/findings/fix`, { json });
  expect(reply.status).toBe(202);
  return ended(reply.json);
}

const codes = ({ report }: Findings) => report?.findings.map(({ code }) => code).toSorted();
const page = async () => (await server.ask<Page>("GET", `${project}/rows`)).json;

test("findings are looked for, fixed in a new version, compared and taken back", async () => {
  await server.ask("PUT", file, { body: text });
  expect((await server.ask("GET", `${project}/findings`)).json).toEqual({
    state: "none",
    report: null,
  });
  const before = await look();
  expect(before).toMatchObject({ state: "current", report: { rows: 5 } });
  expect(codes(before)).toEqual([
    "exact_duplicate",
    "personal_data",
    "placeholder_answer",
    "special_token",
    "too_few_rows",
  ]);

  const remove = { finding: "special_token", fix: "remove_tokens" };
  const preview = await server.ask("POST", `${project}/findings/preview`, { json: remove });
  const row = {
    file: "a.jsonl",
    line: 2,
    before: "user: What is rain?\n\nassistant: Water that falls. <|im_end|>",
    after: "user: What is rain?\n\nassistant: Water that falls.",
  };
  expect(preview.json).toEqual({ changed: 1, left_out: 0, brought_back: 0, rows: [row] });
  expect((await page()).rows[1]?.messages[1]?.content).toContain("<|im_end|>");

  expect((await fix(remove)).result).toEqual({ versions: { "a.jsonl": 1 } });
  expect((await page()).rows[1]?.messages[1]?.content).toBe("Water that falls.");
  expect((await server.ask("GET", `${project}/findings`)).json).toMatchObject({ state: "stale" });
  expect(await readFile(join(server.workspace.home, "projects/sky/data/a.jsonl"), "utf8")).toBe(
    text,
  );

  expect(codes(await look())).not.toContain("special_token");
  await fix({ finding: "exact_duplicate", fix: "keep_first" });
  expect((await page()).left_out).toMatchObject([
    { line: 4, reason: { code: "row_fixed_away", params: { finding: "exact_duplicate" } } },
  ]);
  const ledger = (await server.ask("GET", `${project}/ledger`)).json;
  expect(ledger).toMatchObject({ rows: 5, left_out: 1, reasons: { row_fixed_away: 1 } });

  const versions = await server.ask("GET", `${file}/versions`);
  expect(versions.json).toMatchObject({
    current: 2,
    versions: [
      {
        version: 1,
        parent: 0,
        finding: "special_token",
        fix: "remove_tokens",
        changed: 1,
        left_out: 0,
      },
      {
        version: 2,
        parent: 1,
        finding: "exact_duplicate",
        fix: "keep_first",
        changed: 1,
        left_out: 1,
      },
    ],
  });
  const all = await server.ask("GET", `${file}/versions/compare?from=0&to=2`);
  expect(all.json).toMatchObject({ changed: 1, left_out: 1, brought_back: 0 });
  const back = await server.ask("GET", `${file}/versions/compare?from=2&to=1`);
  expect(back.json).toMatchObject({ changed: 0, left_out: 0, brought_back: 1 });
  const download = await server.send("GET", `${file}/versions/2`);
  const lines = (await download.text()).trimEnd().split("\n");
  expect(
    lines.map((line) => (JSON.parse(line) as { messages: unknown[] }).messages.length),
  ).toEqual([2, 2, 2, 2]);

  const restored = await server.ask("POST", `${file}/versions/0/restore`);
  expect(restored.json).not.toHaveProperty("version");
  expect(await page()).toMatchObject({ left_out: [] });
  expect((await server.ask("POST", `${file}/versions/2/restore`)).json).toMatchObject({
    version: 2,
  });
});

test("some rows of a finding alone; private data is masked; what is left empty goes", async () => {
  await server.ask("PUT", file, { body: text + text.replaceAll("a cloud", "a fog") });
  await look();
  await fix({
    finding: "placeholder_answer",
    fix: "leave_out",
    rows: [{ file: "a.jsonl", line: 8 }],
  });
  expect((await page()).left_out.map(({ line }) => line)).toEqual([8]);
  await look();
  await fix({ finding: "personal_data", fix: "mask" });
  const masked = (await page()).rows.find(({ line }) => line === 5);
  expect(masked?.messages[1]?.content).toBe("Write to [e-mail] about it.");
});

test("a fix needs findings about the data as they are, and one that suits", async () => {
  await server.ask("PUT", file, { body: text });
  const mask = { finding: "personal_data", fix: "mask" };
  const early = await server.ask("POST", `${project}/findings/fix`, { json: mask });
  expect([early.status, early.error.code]).toEqual([409, "findings_stale"]);
  await look();
  const wrong = await server.ask("POST", `${project}/findings/preview`, {
    json: { finding: "placeholder_answer", fix: "mask" },
  });
  expect([wrong.status, wrong.error.code]).toEqual([422, "fix_unsuitable"]);
  const absent = await server.ask("POST", `${project}/findings/preview`, {
    json: { finding: "refusal", fix: "leave_out" },
  });
  expect([absent.status, absent.error.code]).toEqual([404, "not_found"]);
  for (const path of [`${file}/versions/7`, `${file}/versions/compare?to=7`]) {
    expect((await server.ask("GET", path)).error.code).toBe("not_found");
  }
});

test("a replaced file begins anew; a copy of the project keeps its versions", async () => {
  await server.ask("PUT", file, { body: text });
  await look();
  await fix({ finding: "special_token", fix: "remove_tokens" });
  await server.ask("POST", `${project}/duplicate`, { json: { name: "Copy" } });
  const copy = await server.ask<Page>("GET", "/api/projects/copy/rows");
  expect(copy.json.rows[1]?.messages[1]?.content).toBe("Water that falls.");

  await server.ask("PUT", `${file}?existing=replace`, { body: `${text}\n${text}` });
  const versions = async () => (await server.ask("GET", `${file}/versions`)).json;
  expect(await versions()).toMatchObject({ current: 0, versions: [], earlier: [{}] });
  // What was replaced comes back with its fixes.
  const [{ sha256 = "" } = {}] = (await versions())["earlier"] as { sha256?: string }[];
  await server.ask("POST", `${file}/earlier/${sha256}/restore`);
  expect(await versions()).toMatchObject({ current: 1, versions: [{ version: 1 }], earlier: [{}] });
  await server.ask("DELETE", file);
  await server.ask("PUT", file, { body: text });
  expect((await server.ask("GET", `${file}/versions`)).json).toMatchObject({ current: 0 });
});
