import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { z } from "zod";
import { AppError, errorBodySchema } from "#contract/errors.ts";
import { trainerEnvironment } from "../engine/trainer-environment.ts";
import { trainerError } from "../trainer/errors.ts";
import { trainerPaths } from "../trainer/paths.ts";
import type { Workspace } from "../workspace.ts";

const doneSchema = z.object({
  id: z.string(),
  type: z.literal("done"),
  reason: z.enum(["stop", "length", "cancelled"]),
  tokens: z.int(),
  promptTokens: z.int(),
  seconds: z.number(),
});
const replySchema = z.union([
  z.object({ id: z.string(), type: z.literal("token"), text: z.string() }),
  doneSchema,
  z.object({ id: z.string(), type: z.literal("error"), error: errorBodySchema }),
  z.object({ error: errorBodySchema }),
]);
export type ChatReply = z.infer<typeof replySchema>;

/** The trainer's `chat` process: takes requests, gives replies, ends with its stdin. */
export interface ChatProcess {
  send: (request: Record<string, unknown>) => void;
  /** Replies to one request; `undefined` says that the process has ended, and why is in `failure`. */
  listen: (id: string, onReply: (reply: ChatReply | undefined) => void) => () => void;
  failure: () => AppError;
  close: () => Promise<void>;
}

const errorLines = 6;
const patience = 3000;

/** Errors: engine_missing. */
export async function startChatProcess(
  ws: Workspace,
  { gguf, model }: { gguf: string; model: string | undefined },
): Promise<ChatProcess> {
  const paths = await trainerPaths(ws);
  const args = ["-m", "tunesmith_trainer", "chat", "--gguf", gguf];
  if (model !== undefined) args.push("--model", model);
  const child = spawn(paths.python, args, {
    env: trainerEnvironment(paths),
    stdio: ["pipe", "pipe", "pipe"],
    windowsHide: true,
  });
  const listeners = new Map<string, (reply: ChatReply | undefined) => void>();
  const complaints: string[] = [];
  let refusal: AppError | undefined;
  let ended = false;
  // A process that died no longer reads: that is told by its exit, not by this pipe.
  child.stdin.on("error", () => undefined);
  createInterface({ input: child.stderr }).on("line", (line) => {
    complaints.push(line);
    if (complaints.length > errorLines) complaints.shift();
  });
  createInterface({ input: child.stdout }).on("line", (line) => {
    const reply = parseReply(line);
    if (!reply) return;
    if ("id" in reply) listeners.get(reply.id)?.(reply);
    else refusal = trainerError(reply.error, model);
  });
  const exit = new Promise<void>((resolve) => {
    const end = (): void => {
      ended = true;
      for (const listener of listeners.values()) listener(undefined);
      resolve();
    };
    child.once("close", end);
    child.once("error", (error) => {
      complaints.push(error.message);
      end();
    });
  });
  return {
    send: (request) => void child.stdin.write(`${JSON.stringify(request)}\n`),
    listen: (id, onReply) => {
      listeners.set(id, onReply);
      if (ended) onReply(undefined);
      return () => listeners.delete(id);
    },
    failure: () =>
      refusal ??
      new AppError("python_failed", {
        detail: `exit status ${child.exitCode ?? child.signalCode ?? "none"}`,
        log: complaints.join(" "),
      }),
    close: async () => {
      child.stdin.end();
      // An answer that is being computed notices the end only after its next token.
      const timer = setTimeout(() => child.kill("SIGKILL"), patience);
      await exit;
      clearTimeout(timer);
    },
  };
}

function parseReply(line: string): ChatReply | undefined {
  try {
    const result = replySchema.safeParse(JSON.parse(line));
    return result.success ? result.data : undefined;
  } catch {
    return undefined;
  }
}
