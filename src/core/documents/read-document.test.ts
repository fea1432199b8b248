import { Buffer } from "node:buffer";
import { expect, test } from "vitest";
import { AppError } from "#contract/errors.ts";
import { chunksOf } from "./chunks.ts";
import { readDocument } from "./read-document.ts";
import { makeDocx, makePdf } from "./testing/make-documents.ts";

const bytes = (text: string) => Buffer.from(text);

async function codeOf(file: Buffer, name: string): Promise<string> {
  const error: unknown = await readDocument(file, name).catch((cause: unknown) => cause);
  expect(error).toBeInstanceOf(AppError);
  return (error as AppError).code;
}

test("plain text in its paragraphs, whatever its encoding", async () => {
  const text = "First  line.\nStill first.\n\n\nZweiter Absatz über Bäume.";
  const paragraphs = ["First line.\nStill first.", "Zweiter Absatz über Bäume."];
  for (const encoding of ["utf8", "utf16le", "latin1"] as const) {
    const mark = encoding === "utf16le" ? Buffer.from([0xff, 0xfe]) : Buffer.alloc(0);
    const file = Buffer.concat([mark, Buffer.from(text, encoding)]);
    expect(await readDocument(file, "a.txt")).toEqual([{ headings: [], paragraphs }]);
  }
});

test("Markdown by its headings, without marks, links' addresses and front matter", async () => {
  const text =
    "---\ntitle: x\n---\n# Pool\n\nOpen **daily**, see [hours](http://x.y).\n\n## Prices\n\n- Adults 5\n- Children 3\n\n# Sauna\n\nHot.";
  expect(await readDocument(bytes(text), "a.md")).toEqual([
    { headings: ["Pool"], paragraphs: ["Open daily, see hours."] },
    { headings: ["Pool", "Prices"], paragraphs: ["Adults 5", "Children 3"] },
    { headings: ["Sauna"], paragraphs: ["Hot."] },
  ]);
});

test("HTML as it is read: no scripts, no menus, cells apart", async () => {
  const html = `<html><head><title>t</title><style>p{}</style></head><body><nav>Menu</nav>
    <h2>Hours</h2><p>Open <b>daily</b> &amp; late.<br>Really.</p><script>alert(1)</script>
    <table><tr><td>Mon</td><td>8</td></tr></table><footer>Imprint</footer></body></html>`;
  expect(await readDocument(bytes(html), "a.html")).toEqual([
    { headings: ["Hours"], paragraphs: ["Open daily & late.", "Really.", "Mon", "8"] },
  ]);
});

test("Word documents by their headings", async () => {
  const file = await makeDocx(["# Pool", "Open daily.", "Closed in May.", "# Sauna", "Hot."]);
  expect(await readDocument(file, "a.docx")).toEqual([
    { headings: ["Pool"], paragraphs: ["Open daily.", "Closed in May."] },
    { headings: ["Sauna"], paragraphs: ["Hot."] },
  ]);
});

test("PDF page by page, whatever its name", async () => {
  const file = makePdf(["The pool is open daily.", "The sauna (new) is hot."]);
  expect(await readDocument(file, "a.bin")).toEqual([
    { headings: [], paragraphs: ["The pool is open daily."], page: 1 },
    { headings: [], paragraphs: ["The sauna (new) is hot."], page: 2 },
  ]);
});

test("what cannot be read says why", async () => {
  expect(await codeOf(makePdf(["", ""]), "scan.pdf")).toBe("document_no_text");
  expect(await codeOf(makePdf(["Secret text of a page."], { locked: true }), "a.pdf")).toBe(
    "document_protected",
  );
  expect(await codeOf(bytes("%PDF-1.4 and then nothing"), "a.pdf")).toBe("document_unreadable");
  const ole = Buffer.concat([
    Buffer.from([0xd0, 0xcf, 0x11, 0xe0]),
    Buffer.alloc(600),
    Buffer.from("EncryptedPackage", "utf16le"),
  ]);
  expect(await codeOf(ole, "a.docx")).toBe("document_protected");
  expect(await codeOf(ole.subarray(0, 500), "a.docx")).toBe("document_unreadable");
  expect(await codeOf(bytes("no archive"), "a.docx")).toBe("document_unreadable");
  expect(await codeOf(bytes("x"), "a.pages")).toBe("document_type");
  expect(await codeOf(Buffer.from([0xff, 0x00, 0x80, 0x00]), "a.txt")).toBe("document_unreadable");
  expect(await codeOf(bytes(" \n\n "), "a.txt")).toBe("document_no_text");
});

test("a small archive that unpacks to fill the memory is refused before that", async () => {
  const bomb = await makeDocx(["Hello."], { "word/media/a.bin": Buffer.alloc(201e6) });
  expect(bomb.length).toBeLessThan(1e6);
  expect(await codeOf(bomb, "a.docx")).toBe("document_unpacks_too_large");
});

test("passages end at paragraphs, keep their headings, and lose nothing", () => {
  const paragraph = (index: number) =>
    `Paragraph ${index} ${"speaks of water. ".repeat(30)}`.trim();
  const words = Array.from({ length: 2000 }, (_, index) => `word${index}`).join(" ");
  const sections = [
    { headings: ["A"], paragraphs: Array.from({ length: 10 }, (_, index) => paragraph(index)) },
    { headings: ["B"], paragraphs: ["Short."] },
    { headings: ["C"], paragraphs: [words, "x".repeat(2000)] },
  ];
  const chunks = chunksOf("a.md", sections);
  expect(chunks.map(({ number }) => number)).toEqual(chunks.map((_, index) => index + 1));
  expect(new Set(chunks.map(({ id }) => id)).size).toBe(chunks.length);
  expect(Math.max(...chunks.map(({ text }) => text.length))).toBeLessThanOrEqual(2400);
  const letters = (text: string) => text.replaceAll(/\s+/g, "");
  for (const { headings, paragraphs } of sections) {
    const own = chunks.filter((chunk) => chunk.headings === headings);
    expect(letters(own.map(({ text }) => text).join(""))).toBe(letters(paragraphs.join("")));
  }
});
