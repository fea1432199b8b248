import { extname } from "node:path";
import { AppError } from "#contract/errors.ts";
import type { DocumentReader, Section } from "./document.ts";

const readers: Record<string, () => Promise<DocumentReader>> = {
  ".txt": async () => (await import("./readers/plain-text.ts")).readPlainText,
  ".md": async () => (await import("./readers/markdown.ts")).readMarkdown,
  ".markdown": async () => (await import("./readers/markdown.ts")).readMarkdown,
  ".html": async () => (await import("./readers/html.ts")).readHtml,
  ".htm": async () => (await import("./readers/html.ts")).readHtml,
  ".pdf": async () => (await import("./readers/pdf.ts")).readPdf,
  ".docx": async () => (await import("./readers/docx.ts")).readDocx,
};
const documentTypes = Object.keys(readers);

/**
 * The text of a document by its sections. What it is shows in its first bytes, else in its name.
 * Errors: document_type, document_protected, document_no_text, document_unreadable.
 */
export async function readDocument(bytes: Uint8Array, name: string): Promise<Section[]> {
  const type = typeOf(bytes, name);
  const load = readers[type];
  if (!load) {
    throw new AppError("document_type", { file: name, available: documentTypes.join(", ") });
  }
  const sections = await (await load())(bytes, name);
  const readable = sections.filter(({ paragraphs }) => paragraphs.length > 0);
  if (readable.length === 0) throw new AppError("document_no_text", { file: name, pages: 1 });
  return readable;
}

function typeOf(bytes: Uint8Array, name: string): string {
  const start = String.fromCharCode(...bytes.subarray(0, 5));
  if (start === "%PDF-") return ".pdf";
  return extname(name).toLowerCase();
}
