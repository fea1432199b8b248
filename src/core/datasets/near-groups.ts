import { stat } from "node:fs/promises";
import { startNearDuplicates } from "./doctor/near/near-duplicates.ts";
import type { DataSource } from "./place-rows.ts";
import { scanFile } from "./scan.ts";

/** For the content hash of a row the hash of the first row that is nearly the same. */
export type NearGroups = ReadonlyMap<string, string>;

/** Comparing takes a second per twenty megabytes or so; beyond this nobody wants to wait at each look. */
const mostBytes = 200e6;
const kept = 4;
const known = new Map<string, Promise<NearGroups>>();

/**
 * Which rows of the training files must not be torn apart by a split, since whoever learns one knows
 * the other. Rows that are alone are not in it. Empty for files of more than 200 MB in all.
 * Remembered while the files stay the same. Errors: as scanFile.
 */
export async function nearGroups(sources: readonly DataSource[]): Promise<NearGroups> {
  const train = sources.filter(({ role }) => role === "train");
  const facts = await Promise.all(
    train.map(async (source) => {
      const { size, mtimeMs } = await stat(source.path);
      return { source, size, mtimeMs };
    }),
  );
  if (facts.reduce((sum, { size }) => sum + size, 0) > mostBytes) return new Map();
  const key = JSON.stringify(facts);
  const found = known.get(key) ?? compare(train);
  known.delete(key);
  known.set(key, found);
  for (const old of [...known.keys()].slice(0, -kept)) known.delete(old);
  // What failed is tried again; the next reader may find the file mended.
  found.catch(() => known.delete(key));
  return found;
}

async function compare(sources: readonly DataSource[]): Promise<NearGroups> {
  const near = startNearDuplicates();
  const hashes: string[] = [];
  for (const source of sources) {
    for await (const rows of scanFile(source.path, source)) {
      for (const row of rows) {
        if ("reason" in row) continue;
        const turns = row.messages.filter(({ role }) => role !== "system");
        near.add([...turns.map(({ content }) => content), row.text ?? ""].join("\n"));
        hashes.push(row.hash);
      }
    }
  }
  const { group } = await near.find();
  const groups = new Map<string, string>();
  group.forEach((first, row) => {
    const [own, leader] = [hashes[row] ?? "", hashes[first] ?? ""];
    if (own !== leader) groups.set(own, leader);
  });
  return groups;
}
