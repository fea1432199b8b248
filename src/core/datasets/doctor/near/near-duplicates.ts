import { setImmediate } from "node:timers/promises";
import { growingColumn } from "../columns.ts";
import { release } from "../../release.ts";
import { joinGroups, rootOf } from "../../first-copies.ts";
import { equalBytes, fingerprint, signatureSize, similarityOf } from "./signature.ts";
import { mostEqual, startSignatures } from "./signatures.ts";
import type { Signatures } from "./signatures.ts";
import { comparisons, startSorter } from "./sorter.ts";
import type { Bucketed } from "./sorter.ts";

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

export interface NearDuplicates {
  /** For each text the first earlier one that is nearly the same, or -1. */
  earlier: Int32Array<ArrayBuffer>;
  /** How similar they are, in percent. */
  percent: Uint8Array<ArrayBuffer>;
  /** The first text of the group that each belongs to, itself where it stands alone. */
  group: Uint32Array<ArrayBuffer>;
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
 * whole band are compared. Memory: some 20 bytes per text, whatever its length; what is more lies in
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
  function bound(first: number, second: number): number {
    if (digits[first] !== digits[second]) return bounds.nearlyEqual;
    return kinds[first] === shortText || kinds[second] === shortText
      ? bounds.alikeShort
      : bounds.alike;
  }
  const compare = ({ texts, sketches }: Bucketed, left: number, right: number): void => {
    const [first, second] = [texts[left] as number, texts[right] as number];
    const known = earlier[second] as number;
    // One group already; only an earlier partner could be news.
    if (known >= 0 && known <= first && rootOf(group, first) === rootOf(group, second)) return;
    const least = bound(first, second);
    if (mostEqual(sketches, left, right) < least) return;
    const equal = signatures.equal(first, second);
    if (equal < least) return;
    joinGroups(group, first, second);
    if (known >= 0 && known <= first) return;
    earlier[second] = first;
    percent[second] = Math.round(similarityOf(equal) * 100);
  };
  const keys = new Uint32Array(count);
  const parts = Math.max(1, Math.ceil(count / comparedAtOnce));
  const sorter = startSorter(Math.ceil((count / parts) * 1.2) + 2 * comparisons, compare);
  for (let band = 0; band < bands; band += 1) {
    bandKeys(signatures, band, keys);
    for (let part = 0; part < parts; part += 1) {
      await setImmediate();
      signal?.throwIfAborted();
      signatures.visitSketches((block, start, many) => {
        for (let index = 0; index < many; index += 1) {
          const text = start + index;
          const key = keys[text] as number;
          if (kinds[text] === tooShort || key % parts !== part) continue;
          sorter.add(text, key, block, index);
        }
      });
      sorter.finish();
    }
    onProgress?.(band + 1, bands);
  }
  sorter.close();
  release(keys);
  for (let index = 0; index < count; index += 1) group[index] = rootOf(group, index);
  return { earlier, percent, group };
}

/** Of more texts one part of the keys after the other is looked at, to save memory. */
const comparedAtOnce = 600_000;

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
