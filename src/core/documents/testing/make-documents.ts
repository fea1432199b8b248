import { Buffer } from "node:buffer";
import { buffer } from "node:stream/consumers";
import type { Readable } from "node:stream";
import { ZipFile } from "yazl";

/** A PDF with a line of text per page; no pages' text = pages of pictures. */
export function makePdf(pages: readonly string[], { locked = false } = {}): Buffer {
  const objects: string[] = [];
  const add = (body: string): number => objects.push(body);
  const catalog = add("");
  const tree = add("");
  const font = add("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>");
  const kids = pages.map((text) => {
    const stream = `BT /F1 12 Tf 72 720 Td (${text.replaceAll(/[()\\]/g, String.raw`\$&`)}) Tj ET`;
    const content = add(`<< /Length ${stream.length} >>\nstream\n${stream}\nendstream`);
    const resources = `<< /Font << /F1 ${font} 0 R >> >>`;
    const page = `/Type /Page /Parent ${tree} 0 R /MediaBox [0 0 612 792] /Contents ${content} 0 R`;
    return add(`<< ${page} /Resources ${resources} >>`);
  });
  objects[catalog - 1] = `<< /Type /Catalog /Pages ${tree} 0 R >>`;
  const refs = kids.map((kid) => `${kid} 0 R`).join(" ");
  objects[tree - 1] = `<< /Type /Pages /Kids [${refs}] /Count ${kids.length} >>`;
  // Check values that no password has: a reader asks for one before it looks at anything else.
  const value = "7".repeat(64);
  const encrypt = locked
    ? add(`<< /Filter /Standard /V 1 /R 2 /Length 40 /O <${value}> /U <${value}> /P -4 >>`)
    : undefined;
  let text = "%PDF-1.4\n";
  const offsets = objects.map((body, index) => {
    const offset = text.length;
    text += `${index + 1} 0 obj\n${body}\nendobj\n`;
    return offset;
  });
  const start = text.length;
  const entries = offsets.map((offset) => `${String(offset).padStart(10, "0")} 00000 n \n`);
  text += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${entries.join("")}`;
  const id = "<0123456789abcdef0123456789abcdef>";
  const locking = encrypt === undefined ? "" : ` /Encrypt ${encrypt} 0 R /ID [${id} ${id}]`;
  text += `trailer\n<< /Size ${objects.length + 1} /Root ${catalog} 0 R${locking} >>\n`;
  return Buffer.from(`${text}startxref\n${start}\n%%EOF\n`, "latin1");
}

/** A Word document of headings (those that begin with #) and paragraphs. */
export async function makeDocx(
  lines: readonly string[],
  extra: Readonly<Record<string, Buffer>> = {},
): Promise<Buffer> {
  const body = lines.map((line) => {
    const style = line.startsWith("# ") ? `<w:pPr><w:pStyle w:val="Heading1"/></w:pPr>` : "";
    return `<w:p>${style}<w:r><w:t>${line.replace(/^# /, "")}</w:t></w:r></w:p>`;
  });
  const word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
  const office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
  const packages = "http://schemas.openxmlformats.org/package/2006";
  const head = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>`;
  const type = "application/vnd.openxmlformats-officedocument.wordprocessingml";
  const files: Record<string, string> = {
    "[Content_Types].xml": `${head}<Types xmlns="${packages}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="${type}.document.main+xml"/><Override PartName="/word/styles.xml" ContentType="${type}.styles+xml"/></Types>`,
    "_rels/.rels": `${head}<Relationships xmlns="${packages}/relationships"><Relationship Id="r1" Type="${office}/officeDocument" Target="word/document.xml"/></Relationships>`,
    "word/_rels/document.xml.rels": `${head}<Relationships xmlns="${packages}/relationships"><Relationship Id="r1" Type="${office}/styles" Target="styles.xml"/></Relationships>`,
    "word/styles.xml": `${head}<w:styles xmlns:w="${word}"><w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/></w:style></w:styles>`,
    "word/document.xml": `${head}<w:document xmlns:w="${word}"><w:body>${body.join("")}</w:body></w:document>`,
  };
  const archive = new ZipFile();
  for (const [name, text] of Object.entries(files)) archive.addBuffer(Buffer.from(text), name);
  for (const [name, bytes] of Object.entries(extra)) archive.addBuffer(bytes, name);
  archive.end();
  return buffer(archive.outputStream as Readable);
}
