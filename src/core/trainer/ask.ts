import { z } from "zod";
import { AppError, errorBodySchema } from "#contract/errors.ts";
import { runTool } from "../engine/tool.ts";
import { trainerEnvironment } from "../engine/trainer-environment.ts";
import { tokenCacheFolder } from "../workspace.ts";
import type { Workspace } from "../workspace.ts";
import { trainerError } from "./errors.ts";
import { trainerPaths } from "./paths.ts";

export interface AskOptions {
  /** The folder of the model that is asked about, for errors. */
  model?: string;
  signal?: AbortSignal;
}

// Strict: a row that is refused has an id beside its error.
const refusalSchema = z.strictObject({ error: errorBodySchema });

/**
 * Runs a short command of the trainer and returns its one JSON object.
 * Errors: engine_missing, python_failed, and what the trainer reports.
 */
export async function askTrainer<S extends z.ZodType>(
  ws: Workspace,
  args: string[],
  schema: S,
  options: AskOptions = {},
): Promise<z.output<S>> {
  const [reply, ...more] = await askTrainerLines(ws, args, schema, options);
  if (reply !== undefined && more.length === 0) return reply;
  throw new AppError("python_failed", { detail: `${args[0]} gave no single answer`, log: "" });
}

/** The same for a command that prints one JSON object per line. */
export async function askTrainerLines<S extends z.ZodType>(
  ws: Workspace,
  args: string[],
  schema: S,
  { model, signal }: AskOptions = {},
): Promise<z.output<S>[]> {
  const paths = await trainerPaths(ws);
  const { code, lines, stdout } = await runTool(
    paths.python,
    ["-m", "tunesmith_trainer", ...args],
    // One thread: these commands use none of the libraries that would use more.
    { env: trainerEnvironment(paths, { threads: 1, tokenCache: tokenCacheFolder(ws) }), signal },
  );
  const fail = (detail: string): AppError =>
    new AppError("python_failed", { detail, log: lines.slice(-4).join(" ") });
  const replies = stdout.split("\n").flatMap((line) => (line === "" ? [] : [parseJson(line)]));
  const refusal = refusalSchema.safeParse(replies[0]);
  if (refusal.success) throw trainerError(refusal.data.error, model);
  if (code !== 0) throw fail(`exit status ${code ?? "none"}`);
  const result = z.array(schema).safeParse(replies);
  if (result.success) return result.data;
  throw fail(`it answered what is not understood: ${z.prettifyError(result.error)}`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
