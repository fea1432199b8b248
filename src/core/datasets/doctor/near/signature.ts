import { Buffer } from "node:buffer";

/** Bytes of a signature; each is the low byte of the least hash in one of so many bins. */
export const signatureSize = 128;
const shingle = 5;
const binShift = 25;
const empty = 0xffffffff;

/** What near-duplicates are recognised by. */
export interface Fingerprint {
  /** `signatureSize` bytes; valid until the next call. */
  signature: Uint8Array;
  /** Of all digits in their order: texts that differ in a number say different things. */
  digits: number;
  /** Characters that count; the shorter a text, the less its signature says. */
  length: number;
}

const bins = new Uint32Array(signatureSize);
const signature = Buffer.alloc(signatureSize);
const recent = new Uint32Array(shingle);
/** base^shingle, to take the oldest character out of the rolling hash. */
const base = 0x01000193;
const oldest = Array.from({ length: shingle }).reduce<number>((power) => Math.imul(power, base), 1);

/**
 * The min-wise signature of a text's character 5-grams, regardless of case, blanks and punctuation.
 * One-permutation hashing (Li, Owen, Zhang 2012) with densification by rotation (Shrivastava and Li
 * 2014), of which b = 8 bits are kept (Li and König 2010): the share of equal bytes estimates the
 * Jaccard similarity J, plus (1 - J) / 256 by chance.
 */
export function fingerprint(text: string): Fingerprint {
  bins.fill(empty);
  const lower = text.toLowerCase();
  let hash = 0;
  let digits = 0;
  let length = 0;
  let gap = true;
  for (let index = 0; index < lower.length; index += 1) {
    let code = lower.charCodeAt(index);
    if (!isWordCode(code)) {
      if (gap) continue;
      code = 0x20;
    } else if (code >= 0x30 && code <= 0x39) digits = (Math.imul(digits, base) + code + 1) | 0;
    gap = code === 0x20;
    const slot = length % shingle;
    hash = (Math.imul(hash, base) + code - Math.imul(oldest, recent[slot] as number)) | 0;
    recent[slot] = code;
    length += 1;
    if (length < shingle) continue;
    const mixed = mix(hash);
    const bin = mixed >>> binShift;
    const value = mixed & 0x1ffffff;
    if (value < (bins[bin] as number)) bins[bin] = value;
  }
  recent.fill(0);
  densify();
  return { signature, digits, length };
}

/** How many equal bytes of two signatures stand for a similarity: those equal by chance come on top. */
export const equalBytes = (similarity: number): number =>
  signatureSize * (similarity * (1 - chance) + chance);

/** The Jaccard similarity that so many equal bytes stand for. */
export const similarityOf = (equal: number): number =>
  Math.max(0, (equal / signatureSize - chance) / (1 - chance));

const chance = 1 / 256;

/** An empty bin borrows from the next full one, and marks how far that was. */
function densify(): void {
  for (let bin = 0; bin < signatureSize; bin += 1) {
    let distance = 0;
    while (distance < signatureSize && bins[(bin + distance) % signatureSize] === empty)
      distance += 1;
    const value = bins[(bin + distance) % signatureSize] as number;
    signature[bin] = distance === 0 ? value : mix(value + Math.imul(distance, 0x9e3779b1));
  }
}

/** Letters and digits of ASCII, and everything beyond it but some common punctuation. */
function isWordCode(code: number): boolean {
  if (code < 0x80) return (code >= 0x61 && code <= 0x7a) || (code >= 0x30 && code <= 0x39);
  return code > 0xbf && !(code >= 0x2000 && code <= 0x206f) && !(code >= 0x3000 && code <= 0x303f);
}

/** The finaliser of MurmurHash3 (Appleby, public domain). */
function mix(value: number): number {
  let mixed = value | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
