import type { OpenAPIHono } from "@hono/zod-openapi";
import { streamSSE } from "hono/streaming";
import { AppError, toErrorBody } from "#contract/errors.ts";
import { chat } from "#contract/routes/chat.ts";
import type { ChatEvent } from "#contract/routes/chat.ts";
import { readRun, runFiles } from "#core/api.ts";
import type { ServerContext } from "../context.ts";
import { given } from "../given.ts";
import { inLanguage, languageOf } from "../http/language.ts";

export function mountChat(app: OpenAPIHono, context: ServerContext): void {
  const { workspace: ws, chats, closing, log } = context;

  app.openapi(chat, async (c) => {
    const { project, run } = c.req.valid("param");
    const { messages, modelfile_config: settings } = c.req.valid("json");
    // Refused with a status while there is still one to give.
    if (!(await runFiles(ws, project, run)).gguf) {
      const { state } = await readRun(ws, project, run);
      throw new AppError("chat_no_model", { id: run, status: state.status });
    }
    const language = languageOf(c);
    c.header("Cache-Control", "no-store");
    return streamSSE(c, async (stream) => {
      const gone = new AbortController();
      stream.onAbort(() => gone.abort());
      const signal = AbortSignal.any([gone.signal, closing]);
      const send = (event: ChatEvent) => stream.writeSSE({ data: JSON.stringify(event) });
      try {
        await chats.with(project, run, async (session) => {
          const answer = session.answer(messages, given({ settings, signal }));
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
  });
}
