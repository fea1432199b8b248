import { setImmediate } from "node:timers/promises";
import { growingColumn } from "../columns.ts";
import { joinGroups, rootOf } from "../../first-copies.ts";
import { equalBytes, fingerprint, signatureSize, similarityOf } from "./signature.ts";
import { startSignatures } from "./signatures.ts";
import type { Signatures } from "./signatures.ts";

/** Texts as similar as this say the same, unless their numbers differ. */
const alike = 0.7;
/** In a short text a name that differs is a smaller part, and yet another fact. */
const alikeShort = 0.8;
const short = 200;
/** Here even other numbers are taken for a slip. */
const nearlyEqual = 0.97;
/** Shorter texts are all alike by chance. */
const shortest = 40;
const rowsPerBand = 6;
const bands = Math.floor(signatureSize / rowsPerBand);
/** Of a bucket that holds thousands of rows made from one pattern, each is compared with so many. */
const comparisons = 16;

export interface NearDuplicates {
  /** For each text the first earlier one that is nearly the same, or -1. */
  earlier: Int32Array;
  /** How similar they are, in percent. */
  percent: Uint8Array;
  /** The first text of the group that each belongs to, itself where it stands alone. */
  group: Uint32Array;
}

export interface NearFinder {
  add: (text: string) => void;
  /** `onProgress` hears how much of the comparing is done. Uses up what was added. */
  find: (options?: FindOptions) => Promise<NearDuplicates>;
  /** Lets go of what lies on the disk; for whoever gives up before `find`. */
  close: () => void;
}

export interface FindOptions {
  signal?: AbortSignal;
  onProgress?: (done: number, total: number) => void;
}

/**
 * Finds texts that are nearly the same by locality-sensitive hashing of their signatures (Broder
 * 1997; Leskovec, Rajaraman, Ullman, “Mining of Massive Datasets”, chapter 3): those that agree in a
 * whole band are compared. Memory: some 80 bytes per text, whatever its length; what is more lies in
 * `folder`. Errors: disk_full; the signal's reason.
 */
export function startNearDuplicates(folder?: string): NearFinder {
  const signatures = startSignatures(folder);
  const digits = growingColumn((length) => new Uint16Array(length));
  const kinds = growingColumn((length) => new Uint8Array(length));
  return {
    add: (text) => {
      const print = fingerprint(text);
      signatures.add(print.signature);
      digits.push(print.digits ^ (print.digits >>> 16));
      kinds.push(print.length < shortest ? tooShort : print.length < short ? shortText : longText);
    },
    find: async (options = {}) => {
      try {
        const prints = { signatures, digits: digits.values(), kinds: kinds.values() };
        return await findPairs(prints, options);
      } finally {
        signatures.close();
      }
    },
    close: () => signatures.close(),
  };
}

const tooShort = 0;
const shortText = 1;
const longText = 2;

interface Prints {
  signatures: Signatures;
  /** Hashes of the texts' digits. */
  digits: Uint16Array;
  kinds: Uint8Array;
}

const bounds = {
  nearlyEqual: Math.ceil(equalBytes(nearlyEqual)),
  alikeShort: Math.ceil(equalBytes(alikeShort)),
  alike: Math.ceil(equalBytes(alike)),
};

async function findPairs(
  { signatures, digits, kinds }: Prints,
  { signal, onProgress }: FindOptions,
): Promise<NearDuplicates> {
  const { count } = signatures;
  const earlier = new Int32Array(count).fill(-1);
  const percent = new Uint8Array(count);
  const group = new Uint32Array(count).map((_, index) => index);
  const compare = (first: number, second: number): void => {
    const known = earlier[second] as number;
    // One group already; only an earlier partner could be news.
    if (known >= 0 && known <= first && rootOf(group, first) === rootOf(group, second)) return;
    const equal = signatures.equal(first, second, bound(first, second));
    if (equal === 0) return;
    joinGroups(group, first, second);
    if (known >= 0 && known <= first) return;
    earlier[second] = first;
    percent[second] = Math.round(similarityOf(equal) * 100);
  };
  function bound(first: number, second: number): number {
    if (digits[first] !== digits[second]) return bounds.nearlyEqual;
    return kinds[first] === shortText || kinds[second] === shortText
      ? bounds.alikeShort
      : bounds.alike;
  }
  const keys = new Uint32Array(count);
  const parts = Math.max(1, Math.ceil(count / sortedAtOnce));
  let order = new Uint32Array(parts === 1 ? count : Math.ceil((count / parts) * 1.1));
  let scratch = new Uint32Array(order.length);
  for (let band = 0; band < bands; band += 1) {
    bandKeys(signatures, band, keys);
    for (let part = 0; part < parts; part += 1) {
      await setImmediate();
      signal?.throwIfAborted();
      let long = 0;
      for (let index = 0; index < count; index += 1) {
        if (kinds[index] === tooShort || (keys[index] as number) % parts !== part) continue;
        // Where most texts have one key, their part is the largest.
        if (long === order.length) {
          order = enlarged(order);
          scratch = new Uint32Array(order.length);
        }
        order[long++] = index;
      }
      const rows = order.subarray(0, long);
      sortByKey(keys, rows, scratch);
      compareBuckets(keys, rows, compare);
    }
    onProgress?.(band + 1, bands);
  }
  for (let index = 0; index < count; index += 1) group[index] = rootOf(group, index);
  return { earlier, percent, group };
}

/** More are sorted in parts, to save memory. */
const sortedAtOnce = 1_200_000;

function enlarged(rows: Uint32Array): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(rows.length * 2);
  larger.set(rows);
  return larger;
}

/** Compares each text with those before it that have the same key. */
function compareBuckets(
  keys: Uint32Array,
  sorted: Uint32Array,
  compare: (first: number, second: number) => void,
): void {
  for (let start = 0; start < sorted.length;) {
    const key = keys[sorted[start] as number];
    let end = start + 1;
    while (end < sorted.length && keys[sorted[end] as number] === key) end += 1;
    for (let later = start + 1; later < end; later += 1) {
      const from = Math.max(start, later - comparisons);
      for (let other = from; other < later; other += 1) {
        compare(sorted[other] as number, sorted[later] as number);
      }
    }
    start = end;
  }
}

/** Keys of one band for all texts. */
function bandKeys(signatures: Signatures, band: number, keys: Uint32Array): void {
  signatures.visit((block, first, count) => {
    for (let index = 0; index < count; index += 1) {
      let key = 0;
      const start = index * signatureSize + band * rowsPerBand;
      for (let byte = start; byte < start + rowsPerBand; byte += 1) {
        key = Math.imul(key ^ (block[byte] as number), 0x01000193) + 0x9e3779b1;
      }
      keys[first + index] = key;
    }
  });
}

/** Radix sort by two halves of the key; equal keys keep the order of their texts. */
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
