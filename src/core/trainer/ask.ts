import { z } from "zod";
import { AppError, errorBodySchema } from "#contract/errors.ts";
import { runTool } from "../engine/tool.ts";
import { trainerEnvironment } from "../engine/trainer-environment.ts";
import type { Workspace } from "../workspace.ts";
import { trainerError } from "./errors.ts";
import { trainerPaths } from "./paths.ts";

const refusalSchema = z.object({ error: errorBodySchema });

/**
 * Runs a short command of the trainer and returns its one JSON object.
 * Errors: engine_missing, python_failed, and what the trainer reports.
 */
export async function askTrainer<S extends z.ZodType>(
  ws: Workspace,
  args: string[],
  schema: S,
  { model, signal }: { model?: string; signal?: AbortSignal } = {},
): Promise<z.output<S>> {
  const paths = await trainerPaths(ws);
  const { code, lines, stdout } = await runTool(
    paths.python,
    ["-m", "tunesmith_trainer", ...args],
    // One thread: these commands use none of the libraries that would use more.
    { env: trainerEnvironment(paths, { threads: 1 }), signal },
  );
  const reply = parseJson(stdout);
  const refusal = refusalSchema.safeParse(reply);
  if (refusal.success) throw trainerError(refusal.data.error, model);
  const result = schema.safeParse(reply);
  if (code === 0 && result.success) return result.data;
  const detail =
    code === 0 && !result.success
      ? `it answered what is not understood: ${z.prettifyError(result.error)}`
      : `exit status ${code ?? "none"}`;
  throw new AppError("python_failed", { detail, log: lines.slice(-4).join(" ") });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
