import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { z } from "zod";
import type { Conversation } from "#contract/dataset.ts";
import { AppError, errorBodySchema } from "#contract/errors.ts";
import { trainerEnvironment } from "../engine/trainer-environment.ts";
import type { Workspace } from "../workspace.ts";
import { trainerError } from "./errors.ts";
import { trainerPaths } from "./paths.ts";

/** Everything that decides which tokens a row becomes. */
export interface TokenSettings {
  /** The model's folder. */
  model: string;
  system: string;
  trainOn: string;
  /** Day that a template with a clock writes, as YYYY-MM-DD. */
  day: string;
  /** Whether an answer of the training rows thinks. */
  thinking: boolean;
}

const refusedSchema = z.object({ id: z.string(), error: errorBodySchema });
const countedSchema = z.object({ id: z.string(), tokens: z.int(), supervised: z.int() });
const shownSchema = z.object({
  id: z.string(),
  ids: z.array(z.int()),
  labels: z.array(z.int()),
  pieces: z.array(z.string()),
  special: z.array(z.int()),
});
const shortenedSchema = z.object({
  id: z.string(),
  before: z.int(),
  tokens: z.int(),
  supervised: z.int(),
  messages: z.int(),
  text: z.string().nullable(),
});
const replySchema = z.object({ rows: z.array(z.unknown()) });
const countsSchema = z.array(z.union([countedSchema, refusedSchema]));
const tokensSchema = z.array(z.union([shownSchema, refusedSchema]));
const shorteningSchema = z.array(z.union([shortenedSchema, refusedSchema]));
const failureSchema = z.strictObject({ error: errorBodySchema });

export type CountedRow = z.infer<typeof countsSchema>[number];
export type ShownRow = z.infer<typeof tokensSchema>[number];
export type ShortenedRow = z.infer<typeof shorteningSchema>[number];
export type RowToRead = Conversation & { id: string };

/** The trainer's tokenizer with a model loaded: it answers in milliseconds, in the order of asking. */
export interface TokenizerProcess {
  /** Errors: model_*, python_failed. */
  count: (rows: readonly RowToRead[]) => Promise<CountedRow[]>;
  /** The same rows token by token. */
  show: (rows: readonly RowToRead[]) => Promise<ShownRow[]>;
  /** What is left of the rows where each has at most `limit` tokens. */
  shorten: (rows: readonly RowToRead[], limit: number) => Promise<ShortenedRow[]>;
  close: () => Promise<void>;
}

const keptLines = 6;

/** Errors: engine_missing. */
export async function startTokenizer(
  ws: Workspace,
  settings: TokenSettings,
): Promise<TokenizerProcess> {
  const { model, system, trainOn, day, thinking } = settings;
  const paths = await trainerPaths(ws);
  const args = ["-m", "tunesmith_trainer", "tokens", "--serve", "--model", model];
  args.push("--train-on", trainOn, "--day", day, "--thinking", thinking ? "on" : "off");
  // As one argument, so that a prompt that begins with a dash is none.
  if (system !== "") args.push(`--system=${system}`);
  const child = spawn(paths.python, args, {
    env: trainerEnvironment(paths, { threads: 1 }),
    stdio: ["pipe", "pipe", "pipe"],
    windowsHide: true,
  });
  const waiting: { resolve: (line: string) => void; reject: (error: AppError) => void }[] = [];
  const complaints: string[] = [];
  let refusal: AppError | undefined;
  let ended = false;
  const failure = (): AppError =>
    refusal ??
    new AppError("python_failed", {
      detail: `exit status ${child.exitCode ?? child.signalCode ?? "none"}`,
      log: complaints.join(" "),
    });
  // A process that died no longer reads: that is told by its exit, not by this pipe.
  child.stdin.on("error", () => undefined);
  createInterface({ input: child.stderr }).on("line", (line) => {
    complaints.push(line);
    if (complaints.length > keptLines) complaints.shift();
  });
  createInterface({ input: child.stdout }).on("line", (line) => {
    const failed = line.startsWith('{"error"') ? parse(failureSchema, line) : undefined;
    if (failed) refusal = trainerError(failed.error, model);
    else waiting.shift()?.resolve(line);
  });
  const exit = new Promise<void>((resolve) => {
    const end = (): void => {
      ended = true;
      for (const { reject } of waiting.splice(0)) reject(failure());
      resolve();
    };
    child.once("close", end);
    child.once("error", (error) => {
      complaints.push(error.message);
      end();
    });
  });

  async function ask<S extends z.ZodType>(
    rows: readonly RowToRead[],
    wish: { pieces?: true; shorten?: number },
    schema: S,
  ): Promise<z.output<S>> {
    if (ended) throw failure();
    const line = await new Promise<string>((resolve, reject) => {
      waiting.push({ resolve, reject });
      child.stdin.write(`${JSON.stringify({ rows, ...wish })}\n`);
    });
    const reply = parse(replySchema, line);
    const result = reply && schema.safeParse(reply.rows);
    if (result?.success) return result.data;
    throw new AppError("python_failed", { detail: "it answered what is not understood", log: "" });
  }
  return {
    count: (rows) => ask(rows, {}, countsSchema),
    show: (rows) => ask(rows, { pieces: true }, tokensSchema),
    shorten: (rows, limit) => ask(rows, { shorten: limit }, shorteningSchema),
    close: async () => {
      child.stdin.destroy();
      child.kill("SIGKILL");
      await exit;
    },
  };
}

function parse<S extends z.ZodType>(schema: S, line: string): z.output<S> | undefined {
  try {
    const result = schema.safeParse(JSON.parse(line));
    return result.success ? result.data : undefined;
  } catch {
    return undefined;
  }
}
