import { parse } from "parse5";
import type { DefaultTreeAdapterTypes } from "parse5";
import type { DocumentReader, Section } from "../document.ts";
import { decodeText } from "./plain-text.ts";

type Node = DefaultTreeAdapterTypes.Node;

/** What a reader of the page does not see, or sees on every page. */
const unread = new Set([
  "script",
  "style",
  "noscript",
  "template",
  "svg",
  "nav",
  "footer",
  "head",
  "iframe",
  "form",
  "button",
]);
const blocks = new Set([
  "p",
  "div",
  "li",
  "tr",
  "td",
  "th",
  "pre",
  "blockquote",
  "section",
  "article",
  "main",
  "table",
  "ul",
  "ol",
  "dl",
  "dt",
  "dd",
  "figure",
  "figcaption",
  "br",
  "hr",
  "address",
  "header",
  "aside",
  "body",
  "html",
  "details",
  "summary",
]);

/** The readable text of a page, by its headings. */
export function sectionsOfHtml(html: string): Section[] {
  const sections: Section[] = [];
  let headings: string[] = [];
  let current: Section = { headings, paragraphs: [] };
  let text = "";
  const endParagraph = (): void => {
    const paragraph = text.replaceAll(/\s+/g, " ").trim();
    if (paragraph !== "") current.paragraphs.push(paragraph);
    text = "";
  };
  const endSection = (): void => {
    endParagraph();
    if (current.paragraphs.length > 0) sections.push(current);
    current = { headings: [...headings], paragraphs: [] };
  };
  const visit = (node: Node): void => {
    if ("value" in node && node.nodeName === "#text") {
      text += node.value;
      return;
    }
    const name = node.nodeName;
    if (unread.has(name) || !("childNodes" in node)) return;
    const level = /^h([1-6])$/.exec(name)?.[1];
    if (level !== undefined) {
      endSection();
      const title = textOf(node).replaceAll(/\s+/g, " ").trim();
      if (title !== "") headings = [...headings.slice(0, Number(level) - 1), title];
      current = { headings: [...headings], paragraphs: [] };
      return;
    }
    const block = blocks.has(name);
    if (block) endParagraph();
    for (const child of node.childNodes) visit(child);
    if (block) endParagraph();
    else if (name === "td" || name === "th") text += " ";
  };
  visit(parse(html));
  endSection();
  return sections;
}

function textOf(node: Node): string {
  if ("value" in node && node.nodeName === "#text") return node.value;
  return "childNodes" in node ? node.childNodes.map((child) => textOf(child)).join("") : "";
}

export const readHtml: DocumentReader = (bytes, name) =>
  Promise.resolve(sectionsOfHtml(decodeText(bytes, name)));
