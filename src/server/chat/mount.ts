import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import { streamSSE } from "hono/streaming";
import { AppError, toErrorBody } from "#contract/errors.ts";
import * as routes from "#contract/routes/chat.ts";
import type { ChatEvent } from "#contract/routes/chat.ts";
import { findBaseModel, provideBaseModel, readRun, runFiles } from "#core/api.ts";
import type { ChatDone } from "#core/api.ts";
import { answerInOllama } from "#core/chat/ollama-chat.ts";
import { requireManaged } from "#core/deploy/manage.ts";
import { freeBytes } from "#core/engine/disk.ts";
import type { ServerContext } from "../context.ts";
import { given } from "../given.ts";
import { inLanguage, languageOf } from "../http/language.ts";
import { ollamaOf } from "../deploy/ollama-of.ts";

type Answer = AsyncGenerator<string, ChatDone>;

export function mountChat(app: OpenAPIHono, context: ServerContext): void {
  const { workspace: ws, chats, jobs } = context;

  app.openapi(routes.chat, async (c) => {
    const { project, run } = c.req.valid("param");
    const { messages, modelfile_config: settings, model } = c.req.valid("json");
    // Refused with a status while there is still one to give.
    if (!(await runFiles(ws, project, run)).gguf) {
      const { state } = await readRun(ws, project, run);
      throw new AppError("chat_no_model", { id: run, status: state.status });
    }
    if (model === "base" && (await findBaseModel(ws, project, run)).path === undefined) {
      throw new AppError("chat_no_base", { id: run });
    }
    return streamAnswer(c, context, (signal, tell) =>
      chats.with({ project, run, model }, (session) =>
        tell(session.answer(messages, given({ settings, signal }))),
      ),
    );
  });

  app.openapi(routes.readBaseModel, async (c) => {
    const { project, run } = c.req.valid("param");
    const { path, format, bytes, neededBytes } = await findBaseModel(ws, project, run);
    const free = await freeBytes(ws.home);
    return c.json(
      {
        ready: path !== undefined,
        format,
        bytes,
        needed_bytes: neededBytes,
        free_bytes: free,
      },
      200,
    );
  });

  app.openapi(routes.makeBaseModel, async (c) => {
    const { project, run } = c.req.valid("param");
    await findBaseModel(ws, project, run);
    const job = jobs.start({ kind: "base_model", project, run }, async (onProgress, signal) => {
      await provideBaseModel(ws, project, run, {
        signal,
        onProgress: (progress) => onProgress({ ...progress, unit: "bytes" }),
      });
      return null;
    });
    return c.json(job, 202);
  });

  app.openapi(routes.chatInOllama, async (c) => {
    const ollama = await ollamaOf(ws);
    const { name } = await requireManaged(ws.home, ollama, c.req.valid("param").model);
    const { messages } = c.req.valid("json");
    const model = { address: ollama.address, model: name };
    return streamAnswer(c, context, (signal, tell) =>
      tell(answerInOllama(model, messages, { signal })),
    );
  });
}

/** Sends an answer as it comes; a reader who goes away ends it. */
function streamAnswer(
  c: Context,
  { closing, log }: ServerContext,
  work: (signal: AbortSignal, tell: (answer: Answer) => Promise<void>) => Promise<void>,
): Response {
  const language = languageOf(c);
  c.header("Cache-Control", "no-store");
  return streamSSE(c, async (stream) => {
    const gone = new AbortController();
    stream.onAbort(() => gone.abort());
    const signal = AbortSignal.any([gone.signal, closing]);
    const send = (event: ChatEvent) => stream.writeSSE({ data: JSON.stringify(event) });
    try {
      await work(signal, async (answer) => {
        for (;;) {
          const { value, done } = await answer.next();
          if (done) {
            const { promptTokens, ...rest } = value;
            return send({ type: "done", ...rest, prompt_tokens: promptTokens });
          }
          await send({ type: "token", text: value });
        }
      });
    } catch (error) {
      if (signal.aborted) return;
      const body = toErrorBody(error);
      if (body.code === "internal") log(error instanceof Error ? String(error.stack) : "");
      await send({ type: "error", error: inLanguage(body, language) });
    }
  });
}
