import { openSpillFile } from "../../spill-file.ts";
import type { SpillFile } from "../../spill-file.ts";
import { signatureSize } from "./signature.ts";

/** Signatures of many texts; memory holds 32 bytes of each beyond the first quarter of a million. */
export interface Signatures {
  readonly count: number;
  add: (signature: Uint8Array) => void;
  /** How many bytes of two signatures are equal, or 0 where they are fewer than `least`. */
  equal: (first: number, second: number, least: number) => number;
  /** All signatures in their order, many at a time. */
  visit: (work: (block: Uint8Array, first: number, count: number) => void) => void;
  close: () => void;
}

const perBlock = 1 << 15;
const blockBytes = perBlock * signatureSize;
/** Blocks that stay in memory; what comes after them lies in a file. */
const usuallyKept = 8;
/** A signature's sketch: the two low bits of each byte, in so many words. */
const words = signatureSize / 16;
/** Signatures that were read last from the file. */
const recent = 1 << 12;

/** `folder` is where the file lies; `kept` how many blocks of 32,768 signatures stay in memory. */
export function startSignatures(folder?: string, kept = usuallyKept): Signatures {
  const blocks: Uint8Array[] = [];
  const sketches: Uint32Array[] = [];
  let spill: SpillFile | undefined;
  let filling = new Uint8Array(0);
  let count = 0;
  const seen = { indexes: new Float64Array(0), bytes: new Uint8Array(0) };

  /** Where a signature stands in memory, brought there from the file if need be. */
  function find(index: number): { bytes: Uint8Array; start: number } {
    const block = Math.floor(index / perBlock);
    const start = (index % perBlock) * signatureSize;
    const bytes = blocks[block];
    if (bytes) return { bytes, start };
    if (block === sketches.length - 1) return { bytes: filling, start };
    if (seen.bytes.length === 0) {
      seen.indexes = new Float64Array(recent).fill(-1);
      seen.bytes = new Uint8Array(recent * signatureSize);
    }
    const place = index % recent;
    const at = place * signatureSize;
    if (seen.indexes[place] !== index) {
      const into = seen.bytes.subarray(at, at + signatureSize);
      spill?.read(into, (block - kept) * blockBytes + start);
      seen.indexes[place] = index;
    }
    return { bytes: seen.bytes, start: at };
  }

  return {
    get count() {
      return count;
    },
    add(signature) {
      const within = count % perBlock;
      if (within === 0) {
        if (blocks.length < kept) blocks.push((filling = new Uint8Array(blockBytes)));
        else if (count === kept * perBlock) filling = new Uint8Array(blockBytes);
        else (spill ??= openSpillFile(folder)).append(filling);
        sketches.push(new Uint32Array(perBlock * words));
      }
      filling.set(signature, within * signatureSize);
      sketch(signature, sketches.at(-1) as Uint32Array, within * words);
      count += 1;
    },
    equal(first, second, least) {
      // Equal bytes have equal low bits, so that the sketches never say too few.
      if (equalInSketches(sketches, first, second) < least) return 0;
      const a = find(first);
      const own = a.bytes === seen.bytes && first % recent === second % recent;
      const left = own ? a.bytes.slice(a.start, a.start + signatureSize) : a.bytes;
      const from = own ? 0 : a.start;
      const b = find(second);
      let equal = 0;
      for (let at = 0; at < signatureSize; at += 1) {
        if (left[from + at] === b.bytes[b.start + at]) equal += 1;
      }
      return equal < least ? 0 : equal;
    },
    visit(work) {
      const read = new Uint8Array(spill ? blockBytes : 0);
      for (let block = 0; block < sketches.length; block += 1) {
        const first = block * perBlock;
        const isLast = block === sketches.length - 1;
        if (!isLast && block >= kept) spill?.read(read, (block - kept) * blockBytes);
        const bytes = blocks[block] ?? (isLast ? filling : read);
        work(bytes, first, Math.min(perBlock, count - first));
      }
    },
    close() {
      spill?.close();
    },
  };
}

function sketch(signature: Uint8Array, into: Uint32Array, at: number): void {
  for (let word = 0; word < words; word += 1) {
    let bits = 0;
    for (let byte = word * 16; byte < word * 16 + 16; byte += 1) {
      bits = (bits << 2) | ((signature[byte] as number) & 3);
    }
    into[at + word] = bits;
  }
}

function equalInSketches(sketches: readonly Uint32Array[], first: number, second: number): number {
  const a = sketches[Math.floor(first / perBlock)] as Uint32Array;
  const b = sketches[Math.floor(second / perBlock)] as Uint32Array;
  const left = (first % perBlock) * words;
  const right = (second % perBlock) * words;
  let different = 0;
  for (let word = 0; word < words; word += 1) {
    const bits = (a[left + word] as number) ^ (b[right + word] as number);
    different += countBits((bits | (bits >>> 1)) & 0x55555555);
  }
  return signatureSize - different;
}

/** Bits that stand at even places (Warren, “Hacker's Delight”, chapter 5). */
function countBits(bits: number): number {
  let sums = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  sums = (sums + (sums >>> 4)) & 0x0f0f0f0f;
  return Math.imul(sums, 0x01010101) >>> 24;
}
