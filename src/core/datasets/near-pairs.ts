import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { isMainThread } from "node:worker_threads";
import { makeFolder, writeFileAtomic } from "../files/atomic.ts";
import { isMissing } from "../files/error-code.ts";
import { keepNewest } from "../files/keep-newest.ts";
import { inDataThread, smallBytes } from "./data-thread.ts";
import { findNearPairs, roomForPairs } from "./find-near-pairs.ts";
import type { NearPairs } from "./find-near-pairs.ts";
import type { DataSource } from "./data-source.ts";
import type { Following } from "./progress.ts";

export const noPairs: NearPairs = roomForPairs(0);

/** Raised when other rows count as nearly the same. */
const version = 1;
const mostFiles = 12;
const kept = 4;
const known = new Map<string, Promise<NearPairs>>();

/**
 * The pairs of the training files, looked for where that was not done before: in a thread of its own
 * where there is much to read. Errors: as scanFile; disk_full; the signal's reason.
 */
export async function nearPairs(
  sources: readonly DataSource[],
  following: Following = {},
): Promise<NearPairs> {
  const train = sources.filter(({ role }) => role === "train");
  const { key, bytes } = await keyOf(train);
  // Another one's search may have been stopped; then it begins anew.
  const going = await known.get(key)?.catch(() => undefined);
  following.signal?.throwIfAborted();
  const found = going ? Promise.resolve(going) : findPairs(train, key, bytes, following);
  keepLast(key, found);
  // What failed is tried again; the next reader may find the file mended.
  found.catch(() => known.delete(key));
  return found;
}

/** The pairs where they were found before; for a thread, which cannot know. */
export async function foundPairs(sources: readonly DataSource[]): Promise<NearPairs | undefined> {
  const train = sources.filter(({ role }) => role === "train");
  return known.get((await keyOf(train)).key)?.catch(() => undefined);
}

/**
 * For a pass over the same rows that finds the pairs on its way: how to keep them. `sources` must all
 * be training files; they are kept for the files as they are now.
 */
export async function expectPairs(
  sources: readonly DataSource[],
): Promise<(pairs: NearPairs) => Promise<void>> {
  const { key } = await keyOf(sources);
  return async (pairs) => {
    if ((await keyOf(sources)).key !== key) return;
    keepLast(key, Promise.resolve(pairs));
    await store(pathOf(sources), pairs);
  };
}

async function findPairs(
  train: readonly DataSource[],
  key: string,
  bytes: number,
  following: Following,
): Promise<NearPairs> {
  const path = pathOf(train);
  const stored = path === undefined ? undefined : await load(path);
  if (stored) return stored;
  const isSmall = bytes <= smallBytes || !isMainThread;
  const pairs = isSmall
    ? await findNearPairs(train, following)
    : await inDataThread("near", { sources: [...train] }, following);
  // Only what is about the files as they are now.
  if (bytes > smallBytes && (await keyOf(train)).key === key) await store(path, pairs);
  return pairs;
}

function keepLast(key: string, found: Promise<NearPairs>): void {
  known.delete(key);
  known.set(key, found);
  for (const old of [...known.keys()].slice(0, -kept)) known.delete(old);
}

async function keyOf(sources: readonly DataSource[]): Promise<{ key: string; bytes: number }> {
  const facts = await Promise.all(
    sources.map(async ({ path, name, mapping, changes }) => {
      const { size, mtimeMs } = await stat(path);
      return { path, name, mapping, changes, size, mtimeMs };
    }),
  );
  return { key: JSON.stringify(facts), bytes: facts.reduce((sum, { size }) => sum + size, 0) };
}

/** Where pairs lie of files whose content is known by its hash. */
function pathOf(sources: readonly DataSource[]): string | undefined {
  const [first] = sources;
  if (!first?.cache || sources.some(({ content }) => content === undefined)) return undefined;
  const about = sources.map(({ content }) => content);
  const hash = createHash("sha256").update(JSON.stringify([version, about]));
  return join(first.cache, `${hash.digest("hex").slice(0, 32)}.pairs`);
}

async function load(path: string): Promise<NearPairs | undefined> {
  try {
    const bytes = await readFile(path);
    const pairs = roomForPairs(bytes.length / Uint32Array.BYTES_PER_ELEMENT);
    new Uint8Array(pairs.buffer).set(bytes);
    return pairs;
  } catch (error) {
    if (isMissing(error) || error instanceof RangeError) return undefined;
    throw error;
  }
}

async function store(path: string | undefined, pairs: NearPairs): Promise<void> {
  if (path === undefined) return;
  const folder = join(path, "..");
  await makeFolder(folder);
  await writeFileAtomic(path, new Uint8Array(pairs.buffer, pairs.byteOffset, pairs.byteLength));
  await keepNewest(folder, mostFiles);
}
