import { release } from "./release.ts";

/** Stands for no row, in lists of rows. */
export const noRow = 0xffffffff;

/** 64 bits of the content of each row, in two halves. */
export interface RowKeys {
  lows: Uint32Array<ArrayBuffer>;
  highs: Uint32Array<ArrayBuffer>;
}

/**
 * For each row the first one with the same key, which is the row itself where none comes before;
 * `noRow` where `counts` is not 1. An open hash table of row numbers: 4 bytes a slot, no objects.
 */
export function firstCopies(
  { lows, highs }: RowKeys,
  counts: Uint8Array,
): Uint32Array<ArrayBuffer> {
  const first = new Uint32Array(lows.length);
  const slots = 2 ** Math.ceil(Math.log2(Math.max(16, lows.length * 1.5)));
  const mask = slots - 1;
  // Row numbers plus one, so that memory that was never touched means an empty slot.
  const table = new Uint32Array(slots);
  for (let row = 0; row < lows.length; row += 1) {
    if (counts[row] !== 1) {
      first[row] = noRow;
      continue;
    }
    const low = lows[row] as number;
    const high = highs[row] as number;
    let slot = (low ^ Math.imul(high, 0x9e3779b1)) & mask;
    for (;;) {
      const there = table[slot] as number;
      if (there === 0) {
        table[slot] = row + 1;
        first[row] = row;
        break;
      }
      if (lows[there - 1] === low && highs[there - 1] === high) {
        first[row] = there - 1;
        break;
      }
      slot = (slot + 1) & mask;
    }
  }
  release(table);
  return first;
}

/** The root of a row's group, in a list that leads each row towards it. Paths are halved on the way (Tarjan). */
export function rootOf(leads: Uint32Array, row: number): number {
  let at = row;
  while (leads[at] !== at) {
    leads[at] = leads[leads[at] as number] as number;
    at = leads[at] as number;
  }
  return at;
}

/** Makes two groups one; the earlier root stays, so that a group is called by its first row. */
export function joinGroups(leads: Uint32Array, first: number, second: number): void {
  const a = rootOf(leads, first);
  const b = rootOf(leads, second);
  leads[Math.max(a, b)] = Math.min(a, b);
}
