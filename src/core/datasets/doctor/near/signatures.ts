import { openSpillFile } from "../../spill-file.ts";
import type { SpillFile } from "../../spill-file.ts";
import { signatureSize } from "./signature.ts";

/** Signatures of many texts; of more than an eighth of a million memory holds next to nothing. */
export interface Signatures {
  readonly count: number;
  add: (signature: Uint8Array) => void;
  /** How many bytes of two signatures are equal. */
  equal: (first: number, second: number) => number;
  /** All signatures in their order, many at a time. */
  visit: (work: (block: Uint8Array, first: number, count: number) => void) => void;
  /** All sketches in their order, many at a time. */
  visitSketches: (work: (block: Uint32Array, first: number, count: number) => void) => void;
  close: () => void;
}

/** A signature's sketch: the two low bits of each byte, in so many words. */
export const sketchWords = signatureSize / 16;

const perBlock = 1 << 15;
const blockBytes = perBlock * signatureSize;
/** Blocks that are held in memory; as soon as there are more, all lie in files. */
const usuallyKept = 4;
/** Signatures that were read last from the file. */
const recent = 1 << 12;

/** `folder` is where files lie; `kept` how many blocks of 32,768 signatures are held in memory. */
export function startSignatures(folder?: string, kept = usuallyKept): Signatures {
  let blocks: Block[] = [];
  let filling: Block | undefined;
  let files: { signatures: SpillFile; sketches: SpillFile } | undefined;
  let count = 0;
  const seen = { indexes: new Float64Array(0), bytes: new Uint8Array(0) };
  /** Where blocks of the files are read to, one over the other. */
  const room = { bytes: new Uint8Array(0), words: noWords };

  function putAway(block: Block): void {
    if (!files && blocks.length < kept) {
      blocks.push(block);
      return;
    }
    files ??= { signatures: openSpillFile(folder), sketches: openSpillFile(folder) };
    for (const one of [...blocks, block]) {
      files.signatures.append(one.signatures);
      files.sketches.append(new Uint8Array(one.sketches.buffer));
    }
    blocks = [];
  }

  /** Where a signature stands in memory, brought there from the file if need be. */
  function find(index: number): { bytes: Uint8Array; start: number } {
    const number = Math.floor(index / perBlock);
    const start = (index % perBlock) * signatureSize;
    if (filling && index >= count - (((count - 1) % perBlock) + 1)) {
      return { bytes: filling.signatures, start };
    }
    const block = blocks[number];
    if (block) return { bytes: block.signatures, start };
    if (seen.bytes.length === 0) {
      seen.indexes = new Float64Array(recent).fill(-1);
      seen.bytes = new Uint8Array(recent * signatureSize);
    }
    const place = index % recent;
    const at = place * signatureSize;
    if (seen.indexes[place] !== index) {
      const into = seen.bytes.subarray(at, at + signatureSize);
      files?.signatures.read(into, number * blockBytes + start);
      seen.indexes[place] = index;
    }
    return { bytes: seen.bytes, start: at };
  }

  /** All blocks in their order; `read` brings the ones that lie in files. */
  function forEachBlock(
    read: (file: NonNullable<typeof files>, number: number) => Block,
    work: (block: Block, first: number, count: number) => void,
  ): void {
    const all = Math.ceil(count / perBlock);
    for (let number = 0; number < all; number += 1) {
      const last = number === all - 1 ? filling : undefined;
      const block = last ?? blocks[number] ?? (files && read(files, number));
      const first = number * perBlock;
      if (block) work(block, first, Math.min(perBlock, count - first));
    }
  }

  return {
    get count() {
      return count;
    },
    add(signature) {
      const within = count % perBlock;
      if (within === 0) {
        if (filling) putAway(filling);
        // What lies in the file by now can be written over.
        if (!filling || !files) filling = emptyBlock();
      }
      const { signatures, sketches } = filling as Block;
      signatures.set(signature, within * signatureSize);
      sketch(signature, sketches, within * sketchWords);
      count += 1;
    },
    equal(first, second) {
      const a = find(first);
      // Both may want the same place.
      const isTaken = a.bytes === seen.bytes && first % recent === second % recent;
      const left = isTaken ? a.bytes.slice(a.start, a.start + signatureSize) : a.bytes;
      const from = isTaken ? 0 : a.start;
      const b = find(second);
      let equal = 0;
      for (let at = 0; at < signatureSize; at += 1) {
        if (left[from + at] === b.bytes[b.start + at]) equal += 1;
      }
      return equal;
    },
    visit(work) {
      if (files && room.bytes.length === 0) room.bytes = new Uint8Array(blockBytes);
      const read = (from: NonNullable<typeof files>, number: number): Block => {
        from.signatures.read(room.bytes, number * blockBytes);
        return { signatures: room.bytes, sketches: noWords };
      };
      forEachBlock(read, ({ signatures }, first, many) => work(signatures, first, many));
    },
    visitSketches(work) {
      if (files && room.words.length === 0) room.words = new Uint32Array(perBlock * sketchWords);
      const read = (from: NonNullable<typeof files>, number: number): Block => {
        const bytes = new Uint8Array(room.words.buffer);
        from.sketches.read(bytes, number * bytes.length);
        return { signatures: bytes, sketches: room.words };
      };
      forEachBlock(read, ({ sketches }, first, many) => work(sketches, first, many));
    },
    close() {
      files?.signatures.close();
      files?.sketches.close();
    },
  };
}

interface Block {
  signatures: Uint8Array;
  sketches: Uint32Array<ArrayBuffer>;
}

const noWords = new Uint32Array(0);

const emptyBlock = (): Block => ({
  signatures: new Uint8Array(blockBytes),
  sketches: new Uint32Array(perBlock * sketchWords),
});

function sketch(signature: Uint8Array, into: Uint32Array, at: number): void {
  for (let word = 0; word < sketchWords; word += 1) {
    let bits = 0;
    for (let byte = word * 16; byte < word * 16 + 16; byte += 1) {
      bits = (bits << 2) | ((signature[byte] as number) & 3);
    }
    into[at + word] = bits;
  }
}

/**
 * How many bytes two signatures have in common at the most: equal bytes have equal low bits, so that
 * sketches never say too few.
 */
export function mostEqual(sketches: Uint32Array, first: number, second: number): number {
  const left = first * sketchWords;
  const right = second * sketchWords;
  let different = 0;
  for (let word = 0; word < sketchWords; word += 1) {
    const bits = (sketches[left + word] as number) ^ (sketches[right + word] as number);
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
