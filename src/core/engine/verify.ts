import { join } from "node:path";
import { z } from "zod";
import { AppError } from "#contract/errors.ts";
import { toolFault } from "./faults.ts";
import { root } from "./locks.ts";
import type { EnginePaths } from "./paths.ts";
import { runTool } from "./tool.ts";
import { trainerEnvironment } from "./trainer-environment.ts";

const versionsSchema = z.record(z.string(), z.string());

/**
 * Loads every package and library of an engine in a process of its own.
 * Returns versions by package. Errors: engine_install_failed.
 */
export async function verifyEngine(
  paths: EnginePaths,
  log: string,
  { env = process.env, signal }: { env?: NodeJS.ProcessEnv; signal?: AbortSignal | undefined } = {},
): Promise<Record<string, string>> {
  const fault = { what: "the engine", folder: paths.folder, log };
  const { code, lines, stdout } = await runTool(
    paths.python,
    [join(root, "engine", "verify.py"), paths.llama],
    { env: trainerEnvironment(paths, { threads: 1, env }), log, signal },
  );
  if (code !== 0) throw await toolFault(lines, fault);
  const versions = versionsSchema.safeParse(JSON.parse(stdout.split("\n").at(-1) ?? "null"));
  if (versions.success) return versions.data;
  throw new AppError("engine_install_failed", {
    ...fault,
    detail: "verify.py printed no versions",
  });
}
