import { marked } from "marked";
import type { DocumentReader } from "../document.ts";
import { sectionsOfHtml } from "./html.ts";
import { decodeText } from "./plain-text.ts";

/** Front matter is about the page, and no part of its text. */
const frontMatter = /^---\r?\n[\s\S]*?\r?\n---\r?\n/;

export const readMarkdown: DocumentReader = async (bytes, name) => {
  const text = decodeText(bytes, name).replace(frontMatter, "");
  return sectionsOfHtml(await marked.parse(text, { async: true }));
};
