import { release } from "../../release.ts";
import { sketchWords } from "./signatures.ts";

/** Of a bucket that holds thousands of rows made from one pattern, each is compared with so many. */
export const comparisons = 16;

/** Texts with their sketches, by the places that they have among those looked at. */
export interface Bucketed {
  texts: Uint32Array;
  sketches: Uint32Array;
}

export interface Sorter {
  /** `at` is the place of the text's sketch in `sketches`. */
  add: (text: number, key: number, sketches: Uint32Array, at: number) => void;
  /** Compares what was added. */
  finish: () => void;
  /** Lets go of its memory. */
  close: () => void;
}

/**
 * Sorts texts by their keys, and compares each with those before it that have the same key. Where
 * more than `capacity` come before `finish`, they are compared in turns, which the last ones of the
 * largest bucket belong to both of: so a pattern of millions of rows stays one group.
 */
export function startSorter(
  capacity: number,
  compare: (among: Bucketed, left: number, right: number) => void,
): Sorter {
  const keys = new Uint32Array(capacity);
  const order = new Uint32Array(capacity);
  const scratch = new Uint32Array(capacity);
  const among = {
    texts: new Uint32Array(capacity),
    sketches: new Uint32Array(capacity * sketchWords),
  };
  let count = 0;

  /** Compares all; gives where the largest bucket begins and ends in `order`. */
  function compareAll(): { start: number; end: number } {
    const sorted = order.subarray(0, count);
    for (let place = 0; place < count; place += 1) sorted[place] = place;
    sortByKey(keys, sorted, scratch);
    let largest = { start: 0, end: 0 };
    for (let start = 0; start < count;) {
      const key = keys[sorted[start] as number];
      let end = start + 1;
      while (end < count && keys[sorted[end] as number] === key) end += 1;
      for (let later = start + 1; later < end; later += 1) {
        const from = Math.max(start, later - comparisons);
        for (let other = from; other < later; other += 1) {
          compare(among, sorted[other] as number, sorted[later] as number);
        }
      }
      if (end - start > largest.end - largest.start) largest = { start, end };
      start = end;
    }
    return largest;
  }

  function put(text: number, key: number, sketches: Uint32Array, at: number): void {
    among.texts[count] = text;
    keys[count] = key;
    const from = at * sketchWords;
    const to = count * sketchWords;
    for (let word = 0; word < sketchWords; word += 1) {
      among.sketches[to + word] = sketches[from + word] as number;
    }
    count += 1;
  }

  return {
    add(text, key, sketches, at) {
      if (count === capacity) {
        const { start, end } = compareAll();
        const last = order.slice(Math.max(start, end - comparisons), end);
        count = 0;
        // They stand behind where they go: texts of a bucket ascend.
        for (const place of last) {
          put(among.texts[place] as number, keys[place] as number, among.sketches, place);
        }
      }
      put(text, key, sketches, at);
    },
    finish() {
      compareAll();
      count = 0;
    },
    close: () => release(keys, order, scratch, among.texts, among.sketches),
  };
}

/** Radix sort by two halves of the key; equal keys keep their order. */
function sortByKey(keys: Uint32Array, order: Uint32Array, scratch: Uint32Array): void {
  let from = order;
  let to = scratch;
  for (const shift of [0, 16]) {
    const starts = new Uint32Array(65_537);
    for (let at = 0; at < order.length; at += 1) {
      const bucket = (((keys[from[at] as number] as number) >>> shift) & 0xffff) + 1;
      starts[bucket] = (starts[bucket] as number) + 1;
    }
    for (let at = 1; at < starts.length; at += 1) {
      starts[at] = (starts[at] as number) + (starts[at - 1] as number);
    }
    for (let at = 0; at < order.length; at += 1) {
      const index = from[at] as number;
      const bucket = ((keys[index] as number) >>> shift) & 0xffff;
      const place = starts[bucket] as number;
      to[place] = index;
      starts[bucket] = place + 1;
    }
    [from, to] = [to, from];
  }
}
