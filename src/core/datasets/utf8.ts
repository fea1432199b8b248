import { Buffer, isUtf8 } from "node:buffer";

/** The text of bytes, or the position (from 1) of the first byte that is not UTF-8. */
export function decodeUtf8(bytes: Buffer): { text: string } | { invalidAt: number } {
  const text = bytes.toString("utf8");
  return isUtf8(bytes) ? { text } : { invalidAt: firstInvalid(bytes, text) + 1 };
}

/** `text` has U+FFFD where bytes are invalid; one that stands in the bytes themselves is none. */
function firstInvalid(bytes: Buffer, text: string): number {
  const genuine = Buffer.from("\uFFFD");
  let offset = 0;
  let from = 0;
  for (;;) {
    const mark = text.indexOf("\uFFFD", from);
    offset += Buffer.byteLength(text.slice(from, mark));
    if (!bytes.subarray(offset, offset + 3).equals(genuine)) return offset;
    offset += genuine.length;
    from = mark + 1;
  }
}
