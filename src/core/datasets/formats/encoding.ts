import { Buffer, isAscii, isUtf8 } from "node:buffer";
import chardet from "chardet";
import { AppError } from "#contract/errors.ts";

/** A label of the WHATWG Encoding Standard, which is what TextDecoder knows. */
export interface Encoding {
  name: string;
  /** How it is known: by its mark, by being valid, by a guess, or by what a person said. */
  by: "mark" | "valid" | "guess" | "mapped";
}

const marks: readonly [name: string, mark: readonly number[]][] = [
  ["utf-8", [0xef, 0xbb, 0xbf]],
  ["utf-16le", [0xff, 0xfe]],
  ["utf-16be", [0xfe, 0xff]],
];
const utf8: Encoding = { name: "utf-8", by: "valid" };

/** The encoding of text that begins with `sample`. */
export function detectEncoding(sample: Buffer): Encoding {
  for (const [name, mark] of marks) {
    if (mark.every((byte, index) => sample[index] === byte)) return { name, by: "mark" };
  }
  const wide = detectUtf16(sample);
  if (wide) return { name: wide, by: "guess" };
  if (isUtf8(withoutCutEnd(sample)) || isMostlyUtf8(sample)) return utf8;
  return { name: guess(sample), by: "guess" };
}

/** Error: data_encoding_unknown. */
export function checkedEncoding(name: string): Encoding {
  try {
    return { name: new TextDecoder(name).encoding, by: "mapped" };
  } catch (error) {
    throw new AppError("data_encoding_unknown", { encoding: name }, { cause: error });
  }
}

/** UTF-16 without a mark has a zero in every other byte of what is ASCII in it. */
function detectUtf16(sample: Buffer): string | undefined {
  const zeros = [0, 0];
  for (const [index, byte] of sample.entries()) if (byte === 0) zeros[index % 2]! += 1;
  const [even = 0, odd = 0] = zeros;
  const least = Math.max(4, sample.length / 20);
  if (odd >= least && odd > 20 * even) return "utf-16le";
  return even >= least && even > 20 * odd ? "utf-16be" : undefined;
}

/** A sample may end within a character. */
function withoutCutEnd(sample: Buffer): Buffer {
  for (let back = 1; back <= Math.min(3, sample.length); back += 1) {
    const byte = sample[sample.length - back] ?? 0;
    if (byte >= 0xc0) return sample.subarray(0, -back);
    if (byte < 0x80) break;
  }
  return sample;
}

/** More whole characters than broken ones: a damaged file, not another encoding. */
function isMostlyUtf8(sample: Buffer): boolean {
  // One that the text itself holds was decoded wrongly long ago.
  const genuine = sample.toString("latin1").split("\u00ef\u00bf\u00bd").length - 1;
  let good = 0;
  let bad = -genuine;
  // oxlint-disable-next-line no-control-regex -- everything beyond ASCII is looked at
  for (const [character] of sample.toString("utf8").matchAll(/[^\x00-\x7f]/gu)) {
    if (character === "\uFFFD") bad += 1;
    else good += 1;
  }
  return good >= bad;
}

const western = "windows-1252";
/** Latin letters in one byte each: short texts do not tell these apart. */
const sisters = /^(iso-8859-(1|2|3|4|9|10|13|14|15|16)|windows-125[0247])$/;

function guess(sample: Buffer): string {
  const found = chardet
    .analyse(telling(sample))
    .map(({ name, confidence }) => ({ name: labelOf(name), confidence }))
    .filter((match): match is { name: string; confidence: number } => match.name !== undefined);
  const [best] = found;
  if (!best || best.confidence < 30)
    return looksChinese(sample) ? "gb18030" : (best?.name ?? western);
  if (!sisters.test(best.name)) return best.name;
  const own = found.find(({ name }) => name === western);
  return own && own.confidence + 30 > best.confidence ? western : best.name;
}

/** Only lines with something beyond ASCII tell anything. */
function telling(sample: Buffer): Buffer {
  const lines = sample.toString("latin1").split("\n");
  const kept = lines.filter((line) => !isAscii(Buffer.from(line, "latin1"))).join("\n");
  return Buffer.from(kept.slice(0, 1 << 16), "latin1");
}

function labelOf(name: string): string | undefined {
  try {
    return new TextDecoder(name).encoding;
  } catch {
    return undefined;
  }
}

/** A few characters are too little for statistics; all of them being Chinese letters is not. */
function looksChinese(sample: Buffer): boolean {
  // oxlint-disable-next-line no-control-regex -- ASCII is left out
  const text = new TextDecoder("gb18030").decode(sample).replaceAll(/[\x00-\x7f]/g, "");
  return text !== "" && /^[\u4e00-\u9fff\u3000-\u303f\uff00-\uffef]+$/u.test(text);
}
