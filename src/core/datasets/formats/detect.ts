import { Buffer, isAscii } from "node:buffer";
import { open } from "node:fs/promises";
import { basename, extname } from "node:path";
import type { Container, DataFormat } from "#contract/data-format.ts";
import { AppError } from "#contract/errors.ts";
import type { ErrorBody } from "#contract/errors.ts";
import { evidence } from "#contract/format-evidence.ts";
import type { DataFile } from "#contract/project.ts";
import { readBytes } from "./bytes.ts";
import { detectForm } from "./detect-form.ts";
import { detectTextContainer } from "./detect-text.ts";
import type { FoundContainer } from "./detect-text.ts";
import { checkedEncoding, detectEncoding } from "./encoding.ts";
import type { Encoding } from "./encoding.ts";
import { readSheets, zipNames } from "./excel.ts";
import type { ReadPlan } from "./format.ts";
import { containerNames } from "./names.ts";
import { describeParquet } from "./parquet.ts";
import { readRawRows } from "./readers.ts";

const headBytes = 1 << 18;
const sampledRows = 100;
/** How far a text of plain ASCII is searched for the first byte beyond it. */
const mostSearched = 1 << 28;

/**
 * How a file is to be read, and why; `mapping` overrides what is detected.
 * Errors: data_archive, data_document, data_excel_*, data_parquet_broken, data_gzip_broken,
 * data_encoding_unknown, data_not_text, data_empty_file.
 */
export async function detectFormat(
  path: string,
  { name, mapping }: Pick<DataFile, "name" | "mapping">,
): Promise<{ plan: ReadPlan; format: DataFormat }> {
  const start = await readStart(path);
  const compressed = start[0] === 0x1f && start[1] === 0x8b;
  const found =
    (!compressed && (await detectBinary(path, name, start))) ||
    (await detectText(path, name, { compressed, mapping }));
  const { container, jsonRoot, delimiter, header, titles = [], encoding, sheets } = found;
  const plan: ReadPlan = {
    container,
    compressed,
    encoding: encoding?.name ?? "utf-8",
    jsonRoot: jsonRoot ?? { kind: "list" },
    delimiter: delimiter ?? ",",
    header: mapping?.header ?? header ?? true,
    titles: (mapping?.header ?? header) ? titles.length : 0,
    columns: null,
  };
  const table = container === "csv" || container === "xlsx" || container === "markdown";
  const form = detectForm(await firstRows(path, plan), { mapped: mapping?.columns, table });
  plan.columns = form.fixed;
  const says: ErrorBody[] = [
    ...(compressed ? [evidence("compressed_gzip")] : []),
    ...(mapping?.container
      ? [evidence("container_mapped", { container: containerNames[container] })]
      : found.evidence),
    ...(encoding ? [encodingEvidence(encoding)] : []),
    ...headerEvidence(plan, form.columns, { mapped: mapping?.header, titles }),
    ...form.evidence,
  ];
  return {
    plan,
    format: {
      container,
      compressed,
      encoding: encoding ? { name: encoding.name, guessed: encoding.by === "guess" } : null,
      delimiter: container === "csv" ? plan.delimiter : null,
      header: container === "csv" || container === "xlsx" ? plan.header : null,
      sheets: sheets ?? [],
      form: form.form,
      columns: form.columns,
      mapped: form.mapped,
      mapping: mapping ?? null,
      evidence: says,
    },
  };
}

type Found = FoundContainer & { encoding?: Encoding; sheets?: string[] };

async function readStart(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const start = Buffer.alloc(8);
    const { bytesRead } = await file.read(start, 0, start.length, 0);
    return start.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

async function detectBinary(path: string, file: string, start: Buffer): Promise<Found | false> {
  const begins = (bytes: string): boolean => start.toString("latin1").startsWith(bytes);
  const extension = extname(file).toLowerCase();
  if (begins("PAR1") || extension === ".parquet") {
    const { rows } = await describeParquet(path);
    return { container: "parquet", evidence: [evidence("container_parquet", { rows })] };
  }
  if (begins("PK\u0003\u0004") || begins("PK\u0005\u0006")) return detectZip(path, file);
  if (begins("\u00d0\u00cf\u0011\u00e0")) throw new AppError("data_excel_protected", { file });
  if (begins("%PDF-")) throw new AppError("data_document", { file, kind: "PDF" });
  if (extension === ".xlsx") {
    throw new AppError("data_excel_broken", { file, detail: "it is no zip archive" });
  }
  return false;
}

async function detectZip(path: string, file: string): Promise<Found> {
  const names = await zipNames(path);
  if (names.includes("word/document.xml")) {
    throw new AppError("data_document", { file, kind: "Word" });
  }
  if (!names.includes("xl/workbook.xml")) throw new AppError("data_archive", { file });
  const sheets = await readSheets(path);
  const titles = sheets.map(({ name }) => name);
  const decimals = sheets.reduce((sum, sheet) => sum + sheet.decimals, 0);
  const { hasHeader, headerAt } = await import("./detect-csv.ts");
  const tables = sheets.map(({ rows }) => rows.slice(0, sampledRows).map(({ cells }) => cells));
  const behind = tables.map((table) => table.slice(headerAt(table)));
  const titled = tables.find((table) => headerAt(table) > 0) ?? [];
  return {
    container: "xlsx",
    sheets: titles,
    header: behind.some((table) => hasHeader(table)),
    titles: titled.slice(0, headerAt(titled)),
    evidence: [
      evidence("container_xlsx", { sheets: titles.join(", ") }),
      ...(decimals > 0 ? [evidence("xlsx_decimals", { cells: decimals })] : []),
    ],
  };
}

async function detectText(
  path: string,
  name: string,
  { compressed, mapping }: { compressed: boolean; mapping: DataFile["mapping"] },
): Promise<Found> {
  const { head, whole, telling } = await readHead(path, compressed);
  const encoding = mapping?.encoding ? checkedEncoding(mapping.encoding) : detectEncoding(telling);
  const text = new TextDecoder(encoding.name).decode(head, { stream: !whole });
  if (text.trim() === "") {
    throw new AppError("data_empty_file", {
      file: name,
      example: '{"instruction": "…", "output": "…"}',
    });
  }
  if (isBinary(text) && !mapping?.container) throw new AppError("data_not_text", { file: name });
  const found = detectTextContainer(text, {
    file: compressed ? basename(name, ".gz") : name,
    whole,
    container: textContainer(mapping?.container),
    delimiter: mapping?.delimiter,
  });
  return { ...found, encoding };
}

const textContainer = (container: Container | undefined): Container | undefined =>
  container === "xlsx" || container === "parquet" ? undefined : container;

/** The beginning of the text, and the part of it that tells its encoding. */
async function readHead(
  path: string,
  compressed: boolean,
): Promise<{ head: Buffer; whole: boolean; telling: Buffer }> {
  let head = Buffer.alloc(0);
  let searched = 0;
  for await (const piece of readBytes(path, compressed, { letsGo: !compressed })) {
    searched += piece.length;
    if (head.length < headBytes) {
      head = Buffer.concat([head, piece]);
      if (head.length < headBytes) continue;
      if (!isAscii(head)) return { head: head.subarray(0, headBytes), whole: false, telling: head };
    } else if (!isAscii(piece)) {
      return { head: head.subarray(0, headBytes), whole: false, telling: piece };
    }
    if (searched > mostSearched) break;
  }
  return { head: head.subarray(0, headBytes), whole: head.length <= headBytes, telling: head };
}

/** Control characters are rare in any text. */
function isBinary(text: string): boolean {
  // oxlint-disable-next-line no-control-regex -- control characters are what is counted
  const strange = text.match(/[\x00-\x08\x0e-\x1e\uFFFD]/g)?.length ?? 0;
  return strange > 8 && strange > text.length / 10;
}

async function firstRows(path: string, plan: ReadPlan): Promise<unknown[]> {
  const values: unknown[] = [];
  for await (const rows of readRawRows(path, plan)) {
    for (const row of rows) {
      values.push("value" in row ? row.value : null);
      if (values.length >= sampledRows) return values;
    }
  }
  return values;
}

function encodingEvidence({ name, by }: Encoding): ErrorBody {
  if (by === "valid") return evidence("encoding_utf8");
  const codes = {
    mark: "encoding_mark",
    guess: "encoding_guessed",
    mapped: "encoding_mapped",
  } as const;
  return evidence(codes[by], { encoding: name });
}

function headerEvidence(
  { container, header }: ReadPlan,
  columns: readonly string[],
  { mapped, titles }: { mapped: boolean | undefined; titles: readonly (readonly string[])[] },
): ErrorBody[] {
  if (container !== "csv" && container !== "xlsx") return [];
  if (mapped !== undefined) return [evidence("header_mapped")];
  const shown = columns.slice(0, 8).join(", ").slice(0, 200);
  if (!header) return [evidence("header_none")];
  const title = titles.flat().filter((cell) => cell.trim() !== "");
  if (title.length === 0) return [evidence("header_names", { columns: shown })];
  return [
    evidence("header_below", { columns: shown, title: title.join(" ").trim().slice(0, 100) }),
  ];
}
