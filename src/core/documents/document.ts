/** A part of a document under its headings; `page` where the format has pages. */
export interface Section {
  /** From the outermost heading to the innermost. */
  headings: string[];
  /** Paragraphs, without mark-up. */
  paragraphs: string[];
  page?: number;
}

/** What a reader makes of a document's bytes. */
export type DocumentReader = (bytes: Uint8Array, name: string) => Promise<Section[]>;

export const paragraphsOf = (text: string): string[] =>
  text
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.replaceAll(/[^\S\n]+/g, " ").trim())
    .filter((paragraph) => paragraph !== "");
