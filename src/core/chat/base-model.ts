import { createHash, randomBytes } from "node:crypto";
import { spawn } from "node:child_process";
import { rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { z } from "zod";
import { AppError, errorBodySchema } from "#contract/errors.ts";
import type { RunSpec, RunState } from "#contract/run.ts";
import { freeBytes, gigabytes } from "../engine/disk.ts";
import { trainerEnvironment } from "../engine/trainer-environment.ts";
import { makeFolder, renamePatiently, syncFolder } from "../files/atomic.ts";
import { isMissing } from "../files/error-code.ts";
import { readRun, runFiles } from "../runs/read-runs.ts";
import { trainerError } from "../trainer/errors.ts";
import { trainerPaths } from "../trainer/paths.ts";
import { temporaryFolder, withWorkspaceLock } from "../workspace.ts";
import type { Workspace } from "../workspace.ts";

/** The untouched base of a run, as a GGUF of the same format and template as the tuned model's. */
export interface BaseModel {
  /** Absolute; undefined where it was not made yet. */
  path: string | undefined;
  format: string;
  bytes: number | null;
  /** Room that making it takes at its peak. */
  neededBytes: number;
}

export interface BaseProgress {
  step: "hash" | "convert" | "quantize";
  /** Bytes. */
  done: number;
  total: number;
}

/** Bits of one weight in each format; K-quants are a little over their name. */
const bits: Record<string, number> = { f32: 32, f16: 16, bf16: 16, q8_0: 8.5, q6_k: 6.6 };
const otherBits = 5.8;
const margin = 2 ** 28;

const baseModelsFolder = (ws: Workspace): string => join(ws.home, "base-models");

/** What there is of a run's base. Errors: run_not_found, run_spec_invalid, chat_no_model. */
export async function findBaseModel(ws: Workspace, slug: string, id: string): Promise<BaseModel> {
  const { spec, state } = await readRun(ws, slug, id);
  const { gguf } = await runFiles(ws, slug, id);
  const format = /model-(\w+)\.gguf$/.exec(gguf ?? "")?.[1];
  if (format === undefined) throw new AppError("chat_no_model", { id, status: state.status });
  const path = join(folderOf(ws, spec, state, format), `model-${format}.gguf`);
  const found = await stat(path).catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
  return {
    path: found ? path : undefined,
    format,
    bytes: found?.size ?? null,
    neededBytes: Math.ceil((spec.model.parameters * (16 + (bits[format] ?? otherBits))) / 8),
  };
}

/**
 * The same, made where it is not there yet: converted from the base's own weights, whose hash is
 * checked. It is kept for all runs of that base with that template and format.
 * Errors: as `findBaseModel`; disk_full, engine_missing, model_changed, python_failed, trainer_refused.
 */
export async function provideBaseModel(
  ws: Workspace,
  slug: string,
  id: string,
  options: { onProgress?: (progress: BaseProgress) => void; signal?: AbortSignal } = {},
): Promise<string> {
  const known = await findBaseModel(ws, slug, id);
  if (known.path !== undefined) return known.path;
  const { spec, state } = await readRun(ws, slug, id);
  const { folder: run } = await runFiles(ws, slug, id);
  await requireRoom(ws, known.neededBytes);
  const name = `model-${known.format}.gguf`;
  const part = join(temporaryFolder(ws), `base-${randomBytes(6).toString("hex")}`);
  try {
    await makeFolder(part);
    const args = ["base", run, "--format", known.format, "--target", join(part, name)];
    await convert(ws, args, spec, options);
    const folder = folderOf(ws, spec, state, known.format);
    await withWorkspaceLock(ws, "base-models", async () => {
      await makeFolder(baseModelsFolder(ws));
      // Whoever was faster made the same.
      if (await stat(join(folder, name)).catch(() => undefined)) return;
      await renamePatiently(part, folder);
      await syncFolder(baseModelsFolder(ws));
    });
    return join(folder, name);
  } finally {
    await rm(part, { recursive: true, force: true });
  }
}

/** Everything that the file depends on names its folder. */
function folderOf(ws: Workspace, spec: RunSpec, state: RunState, format: string): string {
  const decided = (code: string, key: string) =>
    state.decisions.find((decision) => decision.code === code)?.params[key] ?? null;
  const key = JSON.stringify([
    spec.model.sha256,
    spec.template.sha256,
    decided("thinking", "thinking"),
    decided("clock", "day"),
    spec.versions["engine"] ?? null,
    format,
  ]);
  return join(baseModelsFolder(ws), createHash("sha256").update(key).digest("hex").slice(0, 24));
}

async function requireRoom(ws: Workspace, needed: number): Promise<void> {
  const free = await freeBytes(ws.home);
  if (free >= needed + margin) return;
  throw new AppError("disk_full", {
    file: baseModelsFolder(ws),
    needed: gigabytes(needed + margin),
    free: gigabytes(free),
  });
}

const lineSchema = z.union([
  z.object({
    type: z.literal("progress"),
    step: z.enum(["hash", "convert", "quantize"]),
    done: z.number(),
    total: z.number(),
  }),
  z.object({ type: z.literal("done") }),
  z.object({ error: errorBodySchema }),
]);

const lastLines = 4;

/** Runs the trainer's `base` to its end; its stdin stays open for as long as this process lives. */
async function convert(
  ws: Workspace,
  args: string[],
  spec: RunSpec,
  { onProgress, signal }: { onProgress?: (progress: BaseProgress) => void; signal?: AbortSignal },
): Promise<void> {
  signal?.throwIfAborted();
  const paths = await trainerPaths(ws);
  const child = spawn(paths.python, ["-m", "tunesmith_trainer", ...args], {
    env: trainerEnvironment(paths, { threads: spec.device.threads }),
    stdio: ["pipe", "pipe", "pipe"],
    windowsHide: true,
  });
  child.stdin.on("error", () => undefined);
  const stop = (): void => void child.kill("SIGKILL");
  signal?.addEventListener("abort", stop, { once: true });
  const complaints: string[] = [];
  let failure: AppError | undefined;
  createInterface({ input: child.stderr }).on("line", (line) => {
    complaints.push(line);
    if (complaints.length > lastLines) complaints.shift();
  });
  createInterface({ input: child.stdout }).on("line", (line) => {
    const reply = lineSchema.safeParse(parse(line)).data;
    if (!reply) return;
    if ("error" in reply) failure = trainerError(reply.error, spec.model.path);
    else if (reply.type === "progress") {
      const { step, done, total } = reply;
      onProgress?.({ step, done, total });
    }
  });
  try {
    const status = await new Promise<number | string | null>((resolve) => {
      child.once("error", (error) => resolve(error.message));
      child.once("close", (code, killed) => resolve(code ?? killed));
    });
    signal?.throwIfAborted();
    if (failure) throw failure;
    if (status === 0) return;
    throw new AppError("python_failed", {
      detail: `exit status ${status ?? "none"}`,
      log: complaints.join(" "),
    });
  } finally {
    signal?.removeEventListener("abort", stop);
  }
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
