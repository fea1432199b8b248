import { setImmediate } from "node:timers/promises";
import { growingColumn } from "../columns.ts";
import { fingerprint, signatureSize, similarity, startSignatures } from "./signature.ts";
import type { Signatures } from "./signature.ts";

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
  find: (signal?: AbortSignal) => Promise<NearDuplicates>;
}

/**
 * Finds texts that are nearly the same by locality-sensitive hashing of their signatures (Broder
 * 1997; Leskovec, Rajaraman, Ullman, “Mining of Massive Datasets”, chapter 3): those that agree in a
 * whole band are compared. Memory: some 150 bytes per text, whatever its length.
 */
export function startNearDuplicates(): NearFinder {
  const signatures = startSignatures();
  const digits = growingColumn((length) => new Uint32Array(length));
  const lengths = growingColumn((length) => new Uint32Array(length));
  return {
    add: (text) => {
      const print = fingerprint(text);
      signatures.add(print.signature);
      digits.push(print.digits);
      lengths.push(print.length);
    },
    find: (signal) =>
      findPairs({ signatures, digits: digits.values(), lengths: lengths.values() }, signal),
  };
}

interface Prints {
  signatures: Signatures;
  digits: Uint32Array;
  lengths: Uint32Array;
}

async function findPairs(
  { signatures, digits, lengths }: Prints,
  signal: AbortSignal | undefined,
): Promise<NearDuplicates> {
  const count = lengths.length;
  const earlier = new Int32Array(count).fill(-1);
  const percent = new Uint8Array(count);
  const group = new Uint32Array(count).map((_, index) => index);
  const compare = (first: number, second: number): void => {
    if (rootOf(group, first) === rootOf(group, second)) {
      // One group already; only an earlier partner could be news.
      const known = earlier[second] as number;
      if (known >= 0 && known <= first) return;
    }
    const close = similarity(signatures, first, second);
    if (close < bound(first, second)) return;
    join(group, first, second);
    const known = earlier[second] as number;
    if (known >= 0 && known <= first) return;
    earlier[second] = first;
    percent[second] = Math.round(close * 100);
  };
  function bound(first: number, second: number): number {
    if (digits[first] !== digits[second]) return nearlyEqual;
    return Math.min(lengths[first] as number, lengths[second] as number) < short
      ? alikeShort
      : alike;
  }
  const keys = new Uint32Array(count);
  const order = new Uint32Array(count);
  for (let band = 0; band < bands; band += 1) {
    await setImmediate();
    signal?.throwIfAborted();
    const long = bandKeys(signatures, lengths, band, { keys, order });
    const sorted = sortByKey(keys, order.subarray(0, long));
    for (let start = 0; start < long;) {
      const key = keys[sorted[start] as number];
      let end = start + 1;
      while (end < long && keys[sorted[end] as number] === key) end += 1;
      for (let later = start + 1; later < end; later += 1) {
        const from = Math.max(start, later - comparisons);
        for (let other = from; other < later; other += 1) {
          compare(sorted[other] as number, sorted[later] as number);
        }
      }
      start = end;
    }
  }
  for (let index = 0; index < count; index += 1) group[index] = rootOf(group, index);
  return { earlier, percent, group };
}

/** Keys of one band for all texts that are long enough; returns how many those are. */
function bandKeys(
  signatures: Signatures,
  lengths: Uint32Array,
  band: number,
  { keys, order }: { keys: Uint32Array; order: Uint32Array },
): number {
  let long = 0;
  for (let index = 0; index < lengths.length; index += 1) {
    if ((lengths[index] as number) < shortest) continue;
    let key = 0;
    const { block, start } = signatures.at(index);
    const first = start + band * rowsPerBand;
    for (let byte = first; byte < first + rowsPerBand; byte += 1) {
      key = Math.imul(key ^ (block[byte] as number), 0x01000193) + 0x9e3779b1;
    }
    keys[index] = key;
    order[long++] = index;
  }
  return long;
}

/** Radix sort by two halves of the key; equal keys keep the order of their texts. */
function sortByKey(keys: Uint32Array, order: Uint32Array): Uint32Array {
  let from: Uint32Array = order;
  let to: Uint32Array = new Uint32Array(order.length);
  for (const shift of [0, 16]) {
    const starts = new Uint32Array(65_537);
    for (const index of from) {
      const bucket = (((keys[index] as number) >>> shift) & 0xffff) + 1;
      starts[bucket] = (starts[bucket] as number) + 1;
    }
    for (let at = 1; at < starts.length; at += 1) {
      starts[at] = (starts[at] as number) + (starts[at - 1] as number);
    }
    for (const index of from) {
      const bucket = ((keys[index] as number) >>> shift) & 0xffff;
      const place = starts[bucket] as number;
      to[place] = index;
      starts[bucket] = place + 1;
    }
    [from, to] = [to, from];
  }
  return from;
}

function rootOf(group: Uint32Array, index: number): number {
  let root = index;
  while (group[root] !== root) {
    // Halve the path on the way (Tarjan).
    group[root] = group[group[root] as number] as number;
    root = group[root] as number;
  }
  return root;
}

/** The earlier root stays, so that a group is called by its first text. */
function join(group: Uint32Array, first: number, second: number): void {
  const a = rootOf(group, first);
  const b = rootOf(group, second);
  group[Math.max(a, b)] = Math.min(a, b);
}
