import type { KeyTable } from "./key-table.ts";

/** Fewer rows are all needed for learning. */
export const fewestRows = 20;
const share = 0.1;
const enough = 8;

/**
 * Which of these rows are set aside to measure the result: a tenth, and at least 8 of 40 (a fifth of
 * fewer). `keys` has each row's key once per row: a part of its content's hash, or what rows that
 * must stay together have in common. A row's place depends on its key and the seed alone, so it stays
 * when rows are added. Returns a mark per slot of the table, 1 where its rows are set aside.
 */
export function chooseCheckRows(keys: KeyTable, seed: number): Uint8Array {
  const chosen = new Uint8Array(keys.slots);
  if (keys.total < fewestRows) return chosen;
  const least = Math.min(enough, Math.floor(keys.total / 5));
  // Most keys lie behind the tenth that is taken; they are looked at only where rows are few.
  let rows = take(keys, seed, { from: 0, to: share, chosen, rows: 0, most: Infinity });
  if (rows < least) rows = take(keys, seed, { from: share, to: 1, chosen, rows, most: least });
  return chosen;
}

interface Taking {
  from: number;
  to: number;
  chosen: Uint8Array;
  rows: number;
  most: number;
}

/** Takes keys in the order of their places until there are enough rows; returns how many there are. */
function take(keys: KeyTable, seed: number, { from, to, chosen, rows, most }: Taking): number {
  const order: { slot: number; place: number }[] = [];
  for (let slot = 0; slot < keys.slots; slot += 1) {
    if (keys.count(slot) === 0) continue;
    const place = placeOf(keys.key(slot), seed);
    if (place >= from && place < to) order.push({ slot, place });
  }
  order.sort((a, b) => a.place - b.place);
  for (const { slot } of order) {
    if (rows >= most) break;
    const size = keys.count(slot);
    // Many copies of one row must not eat up what is left to learn from.
    if (rows + size > keys.total / 2) continue;
    chosen[slot] = 1;
    rows += size;
  }
  return rows;
}

/** A number from 0 to 1 that only key and seed decide, by the finalizer of MurmurHash3 (public domain). */
function placeOf([low, high]: readonly [number, number], seed: number): number {
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
