import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Draft } from "#contract/drafts.ts";
import type { Job } from "#contract/routes/jobs.ts";
import { startService } from "#core/documents/testing/draft-service.ts";
import type { TestService } from "#core/documents/testing/draft-service.ts";
import { createHarness } from "../testing/harness.ts";
import type { Harness } from "../testing/harness.ts";

let server: Harness;
let service: TestService;
beforeEach(async () => {
  server = await createHarness();
  service = await startService("mistral", (call) => ({
    rows: [{ question: `When does pool ${call} open?`, answer: "At six." }],
  }));
  await server.ask("POST", "/api/projects", { json: { name: "Pool" } });
});
afterEach(async () => {
  expect(server.log).toEqual([]);
  await server.close();
  await service.close();
});

const project = "/api/projects/pool";
const text = `# Pool\n\n${"The pool opens at six and closes at nine. ".repeat(10)}`;

test("a document becomes drafts, and approved drafts become a data file", async () => {
  const put = await server.ask("PUT", `${project}/documents/pool.md`, { body: text });
  expect([put.status, put.json]).toMatchObject([201, { name: "pool.md", chunks: 1 }]);
  expect((await server.ask("GET", `${project}/documents`)).json).toEqual({ documents: [put.json] });

  const json = { service: "mistral", address: service.address, model: "m", per_chunk: 1 };
  const plan = await server.ask("POST", `${project}/drafts/plan`, { json });
  expect(plan.json).toMatchObject({ address: service.address, leaves_computer: false, chunks: 1 });
  expect(service.calls).toEqual([]);

  await server.ask("PUT", "/api/settings/endpoint-keys", {
    json: { address: `${service.address}/`, key: "secret-key" },
  });
  expect((await server.ask("GET", "/api/settings")).text).not.toContain("secret-key");
  const started = await server.ask<Job>("POST", `${project}/drafts`, { json });
  expect(started.status).toBe(202);
  await vi.waitFor(
    async () => {
      const job = await server.ask<Job>("GET", `/api/jobs/${started.json.id}`);
      expect(job.json).toMatchObject({
        status: "finished",
        result: { drafts: 1, promptTokens: 50 },
      });
    },
    { timeout: 20_000, interval: 20 },
  );
  expect(service.calls[0]?.headers.authorization).toBe("Bearer secret-key");

  const early = await server.ask("POST", `${project}/drafts/publish`);
  expect([early.status, early.error.code]).toEqual([409, "draft_none_approved"]);
  const list = await server.ask<{ drafts: Draft[] }>("GET", `${project}/drafts?state=draft`);
  const [draft] = list.json.drafts;
  expect(draft).toMatchObject({ document: "pool.md", answer: "At six.", headings: ["Pool"] });
  await server.ask("PATCH", `${project}/drafts`, { json: { ids: [draft?.id], state: "approved" } });
  const published = await server.ask("POST", `${project}/drafts/publish`);
  expect(published.json).toMatchObject({ name: "from-documents.jsonl", role: "train" });
  const rows = await server.ask<{ rows: unknown[] }>("GET", `${project}/rows`);
  expect(rows.json.rows).toHaveLength(1);
  expect((await server.ask("DELETE", `${project}/documents/pool.md`)).status).toBe(204);
});

test("what cannot be read or sent is refused at once", async () => {
  const bad = await server.ask("PUT", `${project}/documents/a.xyz`, { body: "x" });
  expect([bad.status, bad.error.code]).toEqual([422, "document_type"]);
  const json = { service: "ollama", model: "m", documents: ["none.md"] };
  const absent = await server.ask("POST", `${project}/drafts`, { json });
  expect([absent.status, absent.error.code]).toEqual([404, "not_found"]);
  const wrong = await server.ask("POST", `${project}/drafts/plan`, {
    json: { service: "openai", model: "m", address: "file:///etc/passwd" },
  });
  expect(wrong.status).toBe(400);
});
