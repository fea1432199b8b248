import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterEach, beforeEach, expect, test } from "vitest";
import { draftOrderSchema } from "#contract/drafts.ts";
import type { DraftOrder } from "#contract/drafts.ts";
import { readRows } from "../datasets/read-rows.ts";
import { createProject } from "../projects/projects.ts";
import { temporaryWorkspace } from "../testing/temporary-workspace.ts";
import type { Workspace } from "../workspace.ts";
import { addDocument, listDocuments, removeDocument } from "./document-files.ts";
import { storeKey } from "./draft-keys.ts";
import { draftRows, planDrafts } from "./draft-rows.ts";
import { changeDrafts, publishDrafts, readDraftStore } from "./draft-store.ts";
import { startService } from "./testing/draft-service.ts";
import type { ServiceAnswer, TestService } from "./testing/draft-service.ts";

let ws: Workspace;
let service: TestService | undefined;
beforeEach(async () => {
  ws = await temporaryWorkspace();
  await createProject(ws, { name: "Pool" });
});
afterEach(() => service?.close());

const text = (index: number) =>
  `The pool number ${index} opens at ${index + 6} o'clock. `.repeat(40);
async function addText(name: string, sections: number): Promise<void> {
  const parts = Array.from({ length: sections }, (_, index) => `# Part ${index}\n\n${text(index)}`);
  await addDocument(ws, "pool", { name, stream: Readable.from([Buffer.from(parts.join("\n\n"))]) });
}

const order = (changes: Partial<DraftOrder> = {}): DraftOrder =>
  draftOrderSchema.parse({ service: "openai", model: "m", address: service?.address, ...changes });
const rows = (call: number): ServiceAnswer => ({
  rows: [
    { question: `When does pool ${call} open?`, answer: `At ${call}.` },
    { question: `Which pool is ${call}?`, answer: "The deep one." },
  ],
});
const quick = { patience: 1 };

test.each([
  ["ollama", "/api/chat", undefined],
  ["openai", "/chat/completions", "authorization"],
  ["mistral", "/chat/completions", "authorization"],
  ["anthropic", "/v1/messages", "x-api-key"],
] as const)(
  "drafts by the protocol of %s, with its form of schema, key and count",
  async (kind, path, header) => {
    service = await startService(kind, rows);
    await addText("a.md", 2);
    await storeKey(ws, service.address, "secret-key");
    const made = await draftRows(
      ws,
      "pool",
      order({ service: kind, perChunk: 2, style: "short" }),
      quick,
    );
    expect(made).toEqual({
      done: 2,
      total: 2,
      drafts: 4,
      promptTokens: 100,
      answerTokens: 14,
      failed: 0,
    });

    const [call] = service.calls;
    expect(call?.path).toBe(path);
    expect(call?.body["model"]).toBe("m");
    if (header) expect(call?.headers[header]).toContain("secret-key");
    const sent = JSON.stringify(call?.body);
    for (const part of [
      "The pool number 0",
      "Style of the answers: short",
      '"question"',
      "Write 2 questions",
    ]) {
      expect(sent).toContain(part);
    }
    const { drafts } = await readDraftStore(ws, "pool");
    expect(drafts).toHaveLength(4);
    expect(drafts[0]).toMatchObject({
      state: "draft",
      document: "a.md",
      chunk: 1,
      headings: ["Part 0"],
    });
    expect(drafts[0]?.passage).toContain("The pool number 0 opens at 6");
  },
);

test("what is sent where is shown before anything is sent", async () => {
  service = await startService("openai", rows);
  await addText("a.md", 3);
  const plan = await planDrafts(ws, "pool", order());
  expect(plan).toMatchObject({
    address: service.address,
    leavesComputer: false,
    keySet: false,
    chunks: 3,
  });
  expect(plan.example?.user).toContain("The pool number 0");
  expect(plan.promptTokens).toBeGreaterThan(1000);
  const away = await planDrafts(ws, "pool", order({ address: null, service: "mistral" }));
  expect(away).toMatchObject({ address: "https://api.mistral.ai/v1", leavesComputer: true });
  expect(service.calls).toEqual([]);
});

test("a bad answer is asked for again with what is wrong; a passage that stays bad is left", async () => {
  service = await startService("openai", (call) => {
    if (call === 1) return { text: "Sure! Here are your rows:" };
    if (call === 2)
      return { text: '```json\n{"rows": [{"question": "Who?", "answer": "Me."}]}\n```' };
    return { text: '{"rows": [{"question": "", "answer": "x"}]}' };
  });
  await addText("a.md", 2);
  const made = await draftRows(ws, "pool", order(), quick);
  expect(made).toMatchObject({ done: 2, drafts: 1, failed: 1, answerTokens: 35 });
  expect(JSON.stringify(service.calls[1]?.body)).toContain("could not be used: it is not JSON");
  expect(service.calls).toHaveLength(5);
});

test("stopped, it goes on where it was; done passages are not sent again", async () => {
  service = await startService("openai", rows);
  await addText("a.md", 4);
  const abort = new AbortController();
  const going = draftRows(ws, "pool", order(), {
    signal: abort.signal,
    onProgress: ({ done }) => void (done === 2 && abort.abort()),
  });
  await expect(going).rejects.toThrow("abort");
  expect((await readDraftStore(ws, "pool")).drafts).toHaveLength(4);
  const rest = await draftRows(ws, "pool", order(), quick);
  expect(rest).toMatchObject({ total: 2, drafts: 4 });
  expect((await draftRows(ws, "pool", order(), quick)).total).toBe(0);
  expect((await planDrafts(ws, "pool", order({ style: "long" }))).chunks).toBe(4);
});

test("a busy service is waited for; a refusal and a missing key are told", async () => {
  service = await startService("openai", (call) => (call < 3 ? { status: 429 } : rows(call)));
  await addText("a.md", 1);
  expect((await draftRows(ws, "pool", order(), quick)).drafts).toBe(2);
  await service.close();
  const code = async (changes: Partial<DraftOrder>) =>
    draftRows(ws, "pool", order({ model: "other", ...changes }), quick).catch(
      (error: unknown) => error,
    );
  expect(await code({})).toMatchObject({ code: "draft_unreachable" });
  service = await startService("anthropic", () => ({ status: 401, message: "bad key" }));
  expect(await code({ service: "anthropic" })).toMatchObject({
    code: "draft_refused",
    params: { status: 401, detail: "bad key" },
  });
  const variable = process.env["OPENAI_API_KEY"];
  delete process.env["OPENAI_API_KEY"];
  expect(await code({ address: null })).toMatchObject({ code: "draft_key_missing" });
  if (variable !== undefined) process.env["OPENAI_API_KEY"] = variable;
});

test("a key lies in a file of its owner alone, and goes to its address alone", async () => {
  service = await startService("openai", rows);
  await addText("a.md", 1);
  await storeKey(ws, "https://elsewhere.example", "secret-key");
  await draftRows(ws, "pool", order(), quick);
  expect(service.calls[0]?.headers.authorization).toBeUndefined();
  const secrets = join(ws.home, "secrets.json");
  expect(await readFile(secrets, "utf8")).toContain("secret-key");
  if (process.platform !== "win32") expect((await stat(secrets)).mode & 0o777).toBe(0o600);
  await storeKey(ws, "https://elsewhere.example", null);
  expect(await readFile(secrets, "utf8")).not.toContain("secret-key");
});

test("only approved drafts train, in the words that a person gave them", async () => {
  service = await startService("openai", rows);
  await addText("a.md", 2);
  await draftRows(ws, "pool", order(), quick);
  await expect(publishDrafts(ws, "pool")).rejects.toMatchObject({ code: "draft_none_approved" });
  const [first, second] = (await readDraftStore(ws, "pool")).drafts;
  const ids = [first?.id ?? ""];
  await changeDrafts(ws, "pool", ids, { state: "approved", answer: "At six." });
  await changeDrafts(ws, "pool", [second?.id ?? ""], { state: "rejected" });
  await expect(changeDrafts(ws, "pool", ["none"], {})).rejects.toMatchObject({ code: "not_found" });
  await publishDrafts(ws, "pool");
  const trained = (await readRows(ws, "pool")).rows;
  expect(trained).toHaveLength(1);
  expect(trained[0]?.messages).toEqual([
    { role: "user", content: first?.question },
    { role: "assistant", content: "At six." },
  ]);
  expect((await changeDrafts(ws, "pool", null, { state: "approved" })).length).toBe(2);
  const drafts = (await readDraftStore(ws, "pool")).drafts;
  expect(drafts.map(({ state, edited }) => [state, edited])).toEqual([
    ["approved", true],
    ["rejected", false],
    ["approved", false],
    ["approved", false],
  ]);
});

test("documents are listed, replaced and removed; drafts keep their passages", async () => {
  await addText("a.md", 2);
  await addText("a.md", 3);
  expect(await listDocuments(ws, "pool")).toMatchObject([{ name: "a.md", chunks: 3 }]);
  await removeDocument(ws, "pool", "a.md");
  expect(await listDocuments(ws, "pool")).toEqual([]);
  await expect(removeDocument(ws, "pool", "a.md")).rejects.toMatchObject({ code: "not_found" });
  const stream = Readable.from([Buffer.from("  ")]);
  await expect(addDocument(ws, "pool", { name: "b.txt", stream })).rejects.toMatchObject({
    code: "document_no_text",
  });
  expect(await listDocuments(ws, "pool")).toEqual([]);
});
