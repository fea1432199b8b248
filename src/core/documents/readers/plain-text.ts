import { AppError } from "#contract/errors.ts";
import { paragraphsOf } from "../document.ts";
import type { DocumentReader } from "../document.ts";

/** Text in UTF-8 or UTF-16; what is neither is read as Windows-1252, unless it holds NUL bytes. */
export function decodeText(bytes: Uint8Array, name: string): string {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
    return new TextDecoder(first === 0xff ? "utf-16le" : "utf-16be").decode(bytes);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    if (bytes.includes(0))
      throw new AppError("document_unreadable", { file: name, detail: "it is not text" });
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

export const readPlainText: DocumentReader = (bytes, name) =>
  Promise.resolve([{ headings: [], paragraphs: paragraphsOf(decodeText(bytes, name)) }]);
