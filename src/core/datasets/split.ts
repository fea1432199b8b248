import { createHash } from "node:crypto";

/** Fewer rows are all needed for learning. */
export const fewestRows = 20;
const share = 0.1;
const enough = 8;

/**
 * Which of these rows are set aside to measure the result: a tenth, and at least 8 of 40 (a fifth of
 * fewer). `hashes` are the rows' content hashes. A row's place depends on its content and the seed,
 * so it stays when rows are added, and equal rows stay together. Returns the hashes set aside.
 */
export function chooseCheckRows(hashes: readonly string[], seed: number): Set<string> {
  if (hashes.length < fewestRows) return new Set();
  const copies = new Map<string, number>();
  for (const hash of hashes) copies.set(hash, (copies.get(hash) ?? 0) + 1);
  const order = [...copies.keys()]
    .map((hash) => ({ hash, place: placeOf(hash, seed) }))
    .sort((a, b) => a.place - b.place || (a.hash < b.hash ? -1 : 1));
  const least = Math.min(enough, Math.floor(hashes.length / 5));
  const chosen = new Set<string>();
  let rows = 0;
  for (const { hash, place } of order) {
    if (place >= share && rows >= least) break;
    const size = copies.get(hash) ?? 0;
    // Many copies of one row must not eat up what is left to learn from.
    if (rows + size > hashes.length / 2) continue;
    chosen.add(hash);
    rows += size;
  }
  return chosen;
}

/** A number from 0 to 1 that only content and seed decide. */
function placeOf(hash: string, seed: number): number {
  const digest = createHash("sha256").update(`${seed} ${hash}`).digest();
  return digest.readUIntBE(0, 6) / 2 ** 48;
}
