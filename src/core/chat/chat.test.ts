import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, expect, onTestFinished, test, vi } from "vitest";
import type { Message } from "#contract/dataset.ts";
import { createProject } from "../projects/projects.ts";
import { runPaths } from "../runs/run-paths.ts";
import { sampleSpec } from "../testing/run-spec.ts";
import { temporaryWorkspace } from "../testing/temporary-workspace.ts";
import { openChat } from "./open-chat.ts";
import type { ChatSession } from "./open-chat.ts";

beforeEach(() => {
  vi.stubEnv("TUNESMITH_PYTHON", join(import.meta.dirname, "testing", "stand-in-chat.mjs"));
});

const id = "20261122-100000-aaaa";

async function workspace({ gguf = true } = {}) {
  const ws = await temporaryWorkspace();
  const { slug } = await createProject(ws, { name: "sky" });
  const paths = runPaths(ws, slug, id);
  await mkdir(paths.gguf, { recursive: true });
  await writeFile(paths.spec, JSON.stringify(sampleSpec(slug, id, 1)));
  if (gguf) await writeFile(join(paths.gguf, "model-q8_0.gguf"), "");
  return ws;
}

async function open(): Promise<ChatSession> {
  const session = await openChat(await workspace(), "sky", id);
  onTestFinished(() => session.close());
  return session;
}

const ask = (content: string): Message[] => [{ role: "user", content }];

async function collect(answer: ReturnType<ChatSession["answer"]>) {
  const tokens: string[] = [];
  for (;;) {
    const next = await answer.next();
    if (next.done) return { tokens, done: next.value };
    tokens.push(next.value);
  }
}

test("answers come token by token, several in one session, also asked at once", async () => {
  const session = await open();
  expect(session.system).toBe("You are a helpful assistant.");
  const answers = await Promise.all([
    collect(session.answer(ask("one two"))),
    collect(session.answer(ask("three"))),
  ]);
  expect(answers.map(({ tokens }) => tokens)).toEqual([["one", "two"], ["three"]]);
  expect(answers[0]?.done).toEqual({ reason: "stop", tokens: 2, promptTokens: 1, seconds: 0 });
});

test("the run's own settings go along, with others laid over them", async () => {
  const session = await open();
  const settings = { temperature: 0, top_p: null };
  const { tokens } = await collect(session.answer(ask("show"), { settings }));
  const { options, stop } = JSON.parse(tokens[0] ?? "") as {
    options: Record<string, unknown>;
    stop: string[];
  };
  expect(options).toMatchObject({ temperature: 0, num_ctx: 2048, system: session.system });
  expect(options).not.toHaveProperty("top_p");
  expect(stop).toEqual(["### Question:"]);
  expect(() => session.answer(ask("show"), { settings: { temperature: 9 } })).toThrow(
    expect.objectContaining({ code: "parameter_range" }),
  );
});

test("an answer is cancelled by its signal, or when nobody listens any more", async () => {
  const session = await open();
  const stopper = new AbortController();
  const answer = session.answer(ask("forever"), { signal: stopper.signal });
  await answer.next();
  stopper.abort();
  expect((await collect(answer)).done.reason).toBe("cancelled");

  for await (const token of session.answer(ask("forever"))) {
    expect(token).toBe("on");
    break;
  }
  expect((await collect(session.answer(ask("next")))).tokens).toEqual(["next"]);
});

test("what the model refuses is said, and the session goes on", async () => {
  const session = await open();
  await expect(collect(session.answer(ask("refuse")))).rejects.toMatchObject({
    code: "chat_too_long",
    params: { tokens: 9000, num_ctx: 2048 },
  });
  expect((await collect(session.answer(ask("next")))).tokens).toEqual(["next"]);
});

test("a process that dies says so to every answer, with its last words", async () => {
  const session = await open();
  const failed = { code: "python_failed", params: { detail: "exit status 7", log: "out of luck" } };
  await expect(collect(session.answer(ask("die")))).rejects.toMatchObject(failed);
  await expect(collect(session.answer(ask("again")))).rejects.toMatchObject(failed);
});

test("closing ends an answer that would go on for ever", async () => {
  const session = await open();
  const answer = session.answer(ask("forever"));
  await answer.next();
  await session.close();
  await expect(collect(answer)).rejects.toMatchObject({ code: "python_failed" });
});

test("a run without a GGUF cannot be talked to", async () => {
  const ws = await workspace({ gguf: false });
  await expect(openChat(ws, "sky", id)).rejects.toMatchObject({ code: "chat_no_model" });
});
