import { createHash } from "node:crypto";
import { mkdir, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { AppError } from "#contract/errors.ts";
import { inspectReplySchema, modelFactsSchema, templateFactsSchema } from "#contract/trainer.ts";
import type { InspectReply } from "#contract/trainer.ts";
import { writeJsonAtomic } from "../files/atomic.ts";
import { readJsonObject } from "../files/read-json.ts";
import { askTrainer } from "../trainer/ask.ts";
import type { Workspace } from "../workspace.ts";
import { resolveModel } from "./reference.ts";

/** What is known of a model and its template without any rows. */
const modelReplySchema = z.object({
  model: modelFactsSchema,
  template: templateFactsSchema,
});
export type ModelReply = z.infer<typeof modelReplySchema>;

/** Raised when `inspect` says more or other things of the same model. */
const cacheVersion = 3;

export interface RowsToInspect {
  train: string;
  check: string;
  trainOn: string;
  /** Day that a template with a clock writes, as YYYY-MM-DD. */
  day: string;
}

/** A model with rows: tokens and faults of each. Errors: model_*, engine_missing, python_failed. */
export async function inspectRows(
  ws: Workspace,
  folder: string,
  { train, check, trainOn, day }: RowsToInspect,
  signal?: AbortSignal,
): Promise<InspectReply> {
  const args = ["inspect", "--model", folder, "--train", train, "--check", check];
  args.push("--train-on", trainOn, "--day", day);
  const options = { model: folder, ...(signal ? { signal } : {}) };
  return askTrainer(ws, args, inspectReplySchema, options);
}

/**
 * A model alone. Remembered in the workspace as long as its files stay the same, because hashing
 * large weights takes seconds. Errors: model_*, engine_missing, python_failed.
 */
export async function inspectModel(ws: Workspace, folder: string): Promise<ModelReply> {
  const cache = join(ws.home, "cache");
  const file = join(cache, `model-${await fingerprint(folder)}.json`);
  const known = modelReplySchema.safeParse(await readJsonObject(file).catch(() => undefined));
  if (known.success) return known.data;
  const { model, template } = await askTrainer(
    ws,
    ["inspect", "--model", folder],
    inspectReplySchema,
    { model: folder },
  );
  await mkdir(cache, { recursive: true });
  await writeJsonAtomic(file, { model, template });
  return { model, template };
}

/**
 * As `inspectModel`, or undefined: a model that is gone, or an engine that is missing, must not keep
 * a project from being shown or changed.
 */
export async function inspectIfPossible(
  ws: Workspace,
  reference: string,
): Promise<ModelReply | undefined> {
  try {
    return await inspectModel(ws, await resolveModel(reference));
  } catch (error) {
    if (error instanceof AppError) return undefined;
    throw error;
  }
}

/** Changes with any file of the model: names, sizes and times. */
export async function fingerprint(folder: string): Promise<string> {
  const hash = createHash("sha256").update(`${cacheVersion} ${folder}\n`);
  for (const name of (await readdir(folder)).sort()) {
    const { size, mtimeMs } = await stat(join(folder, name));
    hash.update(`${name} ${size} ${mtimeMs}\n`);
  }
  return hash.digest("hex").slice(0, 32);
}
