import { Buffer } from "node:buffer";

/** Bytes of a text in UTF-16, with or without its mark. */
export function utf16(text: string, { big = false, mark = true } = {}): Buffer {
  const bytes = Buffer.from(`${mark ? "\uFEFF" : ""}${text}`, "utf16le");
  return big ? bytes.swap16() : bytes;
}

const tables = new Map<string, Map<string, number[]>>();

/** Bytes of a text in an encoding of one or two bytes per character; unknown characters become "?". */
export function encodeAs(encoding: "gbk" | "windows-1252", text: string): Buffer {
  const table = tables.get(encoding) ?? makeTable(encoding);
  tables.set(encoding, table);
  return Buffer.from(Array.from(text, (character) => table.get(character) ?? [0x3f]).flat());
}

/** Node decodes every encoding and encodes UTF alone: what decodes to a character encodes it. */
function makeTable(encoding: string): Map<string, number[]> {
  const decoder = new TextDecoder(encoding);
  const table = new Map<string, number[]>();
  const add = (bytes: number[]): void => {
    const character = decoder.decode(Uint8Array.from(bytes));
    if (Array.from(character).length === 1 && character !== "\uFFFD" && !table.has(character)) {
      table.set(character, bytes);
    }
  };
  for (let byte = 0; byte < 256; byte += 1) add([byte]);
  if (encoding === "gbk") {
    for (let lead = 0x81; lead < 0xff; lead += 1) {
      for (let trail = 0x40; trail < 0xff; trail += 1) add([lead, trail]);
    }
  }
  return table;
}
