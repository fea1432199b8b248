import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { RunChange } from "#contract/run-changes.ts";
import type { RunSpec } from "#contract/run.ts";
import { root } from "../engine/locks.ts";
import { isMissing } from "../files/error-code.ts";

export interface HashOptions {
  signal?: AbortSignal | undefined;
  /** Called with the number of bytes of every block. */
  onBytes?: ((bytes: number) => void) | undefined;
}

/** SHA-256 of files, one behind the other, read in blocks. Throws what reading throws. */
export async function hashFiles(
  paths: readonly string[],
  { signal, onBytes }: HashOptions = {},
): Promise<string> {
  const hash = createHash("sha256");
  for (const path of paths) {
    const stream = createReadStream(path, { highWaterMark: 1 << 20, signal });
    for await (const block of stream as AsyncIterable<Buffer>) {
      hash.update(block);
      onBytes?.(block.length);
    }
  }
  return hash.digest("hex");
}

/** The same, or null where one of them is missing. */
export async function hashIfThere(
  paths: readonly string[],
  options: HashOptions = {},
): Promise<string | null> {
  try {
    return await hashFiles(paths, options);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/** What `run.json` says of the result: no name of the run, no place of the base, no versions. */
export function configHash(spec: RunSpec): string {
  const { training, lora, quantization, modelfile, device, precision, template, plan, data } = spec;
  const { id, sha256, parameters, architecture } = spec.model;
  const { checkpointSeconds, keepCheckpoints } = spec;
  const config = {
    training,
    lora,
    quantization,
    modelfile,
    device,
    precision,
    template,
    plan,
    data,
    model: { id, sha256, parameters, architecture },
    checkpointSeconds,
    keepCheckpoints,
  };
  return hashOf(config);
}

/** What was changed in a run since; when and by whom is no part of it. */
export function changesHash(changes: readonly RunChange[]): string {
  return hashOf(changes.map(({ step, key, value }) => ({ step, key, value })));
}

const hashOf = (value: unknown): string =>
  createHash("sha256")
    .update(JSON.stringify(sorted(value)))
    .digest("hex");

/** Keys in one order, so that a rewritten file of the same content has the same hash. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}

/** The trainer's own sources: what the numbers are computed with beside the locked packages. */
export async function codeHash(): Promise<string> {
  const folder = join(root, "trainer", "tunesmith_trainer");
  const names = (await readdir(folder)).filter(
    (name) => name.endsWith(".py") && !/^(test|testing)_|^conftest/.test(name),
  );
  const hash = createHash("sha256");
  for (const name of names.sort()) {
    // git may have turned line ends around on Windows.
    const text = (await readFile(join(folder, name), "utf8")).replaceAll("\r\n", "\n");
    hash.update(`${name}\0${text}\0`);
  }
  return hash.digest("hex");
}

/** The weight files of a model folder by name, as the trainer reads them; none where it is gone. */
export async function weightFiles(folder: string): Promise<string[]> {
  const index = await readFile(join(folder, "model.safetensors.index.json"), "utf8").catch(
    () => undefined,
  );
  const names =
    index === undefined
      ? (await readdir(folder).catch(() => [])).filter((name) => name.endsWith(".safetensors"))
      : Object.values((JSON.parse(index) as { weight_map: Record<string, string> }).weight_map);
  return [...new Set(names)].sort().map((name) => join(folder, name));
}

/** Bytes of files; those that are missing have none. */
export async function bytesOf(paths: readonly string[]): Promise<number> {
  const sizes = await Promise.all(
    paths.map((path) =>
      stat(path).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
