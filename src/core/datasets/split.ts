import { noRow } from "./first-copies.ts";
import { release } from "./release.ts";
import type { RowKeys } from "./first-copies.ts";

/** Fewer rows are all needed for learning. */
export const fewestRows = 20;
const share = 0.1;
const enough = 8;

/**
 * Which rows are set aside to measure the result: a tenth, and at least 8 of 40 (a fifth of fewer).
 * `groups` has for each row the first of those that it must stay with, or `noRow` where it does not
 * count. A group's place depends on the key of that first row and on the seed alone, so it stays when
 * rows are added. Returns a mark per row, 1 at the first row of a group that is set aside.
 */
export function chooseCheckRows(groups: Uint32Array, keys: RowKeys, seed: number): Uint8Array {
  const chosen = new Uint8Array(groups.length);
  const sizes = new Uint32Array(groups.length);
  let total = 0;
  for (const first of groups) {
    if (first === noRow) continue;
    sizes[first] = (sizes[first] as number) + 1;
    total += 1;
  }
  if (total < fewestRows) return chosen;
  const data: Grouped = { sizes, keys, seed, total, chosen };
  const least = Math.min(enough, Math.floor(total / 5));
  // Most groups lie behind the tenth that is taken; they are looked at only where rows are few.
  let rows = take(data, { from: 0, to: share, rows: 0, most: Infinity });
  if (rows < least) rows = take(data, { from: share, to: 1, rows, most: least });
  release(sizes);
  return chosen;
}

interface Grouped {
  /** Rows of each group, at its first row. */
  sizes: Uint32Array;
  keys: RowKeys;
  seed: number;
  total: number;
  chosen: Uint8Array;
}

interface Taking {
  from: number;
  to: number;
  rows: number;
  most: number;
}

/** Takes groups in the order of their places until there are enough rows; returns how many there are. */
function take({ sizes, keys, seed, total, chosen }: Grouped, taking: Taking): number {
  const { from, to, most } = taking;
  const placeAt = (row: number): number =>
    placeOf(keys.lows[row] as number, keys.highs[row] as number, seed);
  const isIn = (row: number): boolean => {
    if (sizes[row] === 0) return false;
    const place = placeAt(row);
    return place >= from && place < to;
  };
  let count = 0;
  for (let row = 0; row < sizes.length; row += 1) if (isIn(row)) count += 1;
  const order = new Uint32Array(count);
  const places = new Float64Array(count);
  count = 0;
  for (let row = 0; row < sizes.length; row += 1) {
    if (!isIn(row)) continue;
    order[count] = row;
    places[count++] = placeAt(row);
  }
  const sorted = new Uint32Array(count).map((_, index) => index);
  sorted.sort((a, b) => (places[a] as number) - (places[b] as number));
  let { rows } = taking;
  for (const index of sorted) {
    if (rows >= most) break;
    const row = order[index] as number;
    const size = sizes[row] as number;
    // Many copies of one row must not eat up what is left to learn from.
    if (rows + size > total / 2) continue;
    chosen[row] = 1;
    rows += size;
  }
  return rows;
}

/** A number from 0 to 1 that only key and seed decide, by the finalizer of MurmurHash3 (public domain). */
function placeOf(low: number, high: number, seed: number): number {
  const first = mix(low ^ mix(seed >>> 0));
  const second = mix(high ^ first ^ mix(Math.floor(seed / 2 ** 32)));
  return (second * 2 ** 21 + (mix(second ^ low) >>> 11)) / 2 ** 53;
}

function mix(value: number): number {
  let bits = value >>> 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
