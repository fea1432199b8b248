import { createHash } from "node:crypto";
import type { Section } from "./document.ts";

/** A passage that rows are drafted from. */
export interface Chunk {
  /** Tells chunks apart by their text, so that work done is not done again. */
  id: string;
  document: string;
  /** From 1. */
  number: number;
  headings: string[];
  page: number | null;
  text: string;
}

/** Characters of a passage: some 500 tokens, enough for a few questions and little enough to quote. */
const aim = 1800;
const most = 2400;
/** A rest this short says nothing by itself. */
const least = 120;

/** Cuts a document into passages at paragraphs, never across a heading. */
export function chunksOf(document: string, sections: readonly Section[]): Chunk[] {
  const chunks: Chunk[] = [];
  const push = (section: Section, text: string): void => {
    const { headings, page = null } = section;
    const id = createHash("sha256")
      .update(JSON.stringify([document, headings, text]))
      .digest("hex");
    chunks.push({ id: id.slice(0, 24), document, number: chunks.length + 1, headings, page, text });
  };
  for (const section of sections) {
    let text = "";
    for (const piece of section.paragraphs.flatMap(cutLong)) {
      if (text !== "" && text.length + piece.length > aim) {
        push(section, text);
        text = "";
      }
      text = text === "" ? piece : `${text}\n\n${piece}`;
    }
    const last = chunks.at(-1);
    const joins =
      last && last.headings === section.headings && last.text.length + text.length < most;
    if (text.length < least && joins) last.text = `${last.text}\n\n${text}`;
    else if (text !== "") push(section, text);
  }
  return chunks;
}

/** A paragraph that is too long by itself, cut at the ends of its sentences. */
function cutLong(paragraph: string): string[] {
  if (paragraph.length <= most) return [paragraph];
  const pieces: string[] = [];
  let piece = "";
  for (const { segment } of new Intl.Segmenter(undefined, { granularity: "sentence" }).segment(
    paragraph,
  )) {
    if (piece !== "" && piece.length + segment.length > aim) {
      pieces.push(piece.trim());
      piece = "";
    }
    // A sentence of thousands of characters is none; it is cut anywhere.
    for (let at = 0; at < segment.length; at += aim) {
      const part = segment.slice(at, at + aim);
      if (piece.length + part.length > most) {
        pieces.push(piece.trim());
        piece = "";
      }
      piece += part;
    }
  }
  return [...pieces, piece.trim()].filter(Boolean);
}
