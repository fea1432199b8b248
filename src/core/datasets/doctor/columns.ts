import type { SpillFile } from "../spill-file.ts";

type Numbers = Uint8Array | Uint16Array | Uint32Array | Float64Array;

/** A list of numbers that grows, in a typed array: a million rows cost megabytes, not objects. */
export interface Column<T extends Numbers> {
  push: (value: number) => void;
  /** What was pushed so far; valid until the next push. */
  values: () => T;
}

/** A column in memory whose room doubles when it is full. */
export function growingColumn<T extends Numbers>(make: (length: number) => T): Column<T> {
  let array = make(1024);
  let length = 0;
  return {
    push: (value) => {
      if (length === array.length) {
        const larger = make(length * 2);
        larger.set(array);
        array = larger;
      }
      array[length++] = value;
    },
    values: () => array.subarray(0, length) as T,
  };
}

/** A list of numbers of which memory holds one piece; the pieces before it lie in a file. */
export interface SpilledColumn<T extends Numbers> {
  push: (value: number) => void;
  /** All that was pushed, in an array of its own. */
  load: () => T;
}

const pieceLength = 1 << 15;

/** `spill` gives the file, once there is more than a piece. Errors: disk_full, from `push`. */
export function spilledColumn<T extends Numbers>(
  make: (length: number) => T,
  spill: () => SpillFile,
): SpilledColumn<T> {
  const bytesOf = (array: Numbers): Uint8Array =>
    new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  const piece = make(pieceLength);
  const places: number[] = [];
  let length = 0;
  return {
    push: (value) => {
      if (length === pieceLength) {
        places.push(spill().append(bytesOf(piece)));
        length = 0;
      }
      piece[length++] = value;
    },
    load: () => {
      const all = make(places.length * pieceLength + length);
      for (const [index, place] of places.entries()) {
        const start = index * pieceLength;
        spill().read(bytesOf(all.subarray(start, start + pieceLength)), place);
      }
      all.set(piece.subarray(0, length), places.length * pieceLength);
      return all;
    },
  };
}

/** Where flags are set, ascending. */
export function flagged(flags: Uint8Array): Uint32Array {
  let count = 0;
  for (const flag of flags) count += Number(flag !== 0);
  const rows = new Uint32Array(count);
  count = 0;
  for (let row = 0; row < flags.length; row += 1) if (flags[row] !== 0) rows[count++] = row;
  return rows;
}

/** 53 bits of a text (cyrb53 by bryc, public domain), so that a number can stand for it. */
export function hashText(text: string, seed = 0): number {
  let first = 0xdeadbeef ^ seed;
  let second = 0x41c6ce57 ^ seed;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    first = Math.imul(first ^ code, 0x9e3779b1);
    second = Math.imul(second ^ code, 0x5f356495);
  }
  first =
    Math.imul(first ^ (first >>> 16), 0x85ebca6b) ^ Math.imul(second ^ (second >>> 13), 0xc2b2ae35);
  second =
    Math.imul(second ^ (second >>> 16), 0x85ebca6b) ^ Math.imul(first ^ (first >>> 13), 0xc2b2ae35);
  return (second >>> 11) * 2 ** 32 + (first >>> 0);
}
