import { extname } from "node:path";
import type { Container } from "#contract/data-format.ts";
import type { ErrorBody } from "#contract/errors.ts";
import { evidence } from "#contract/format-evidence.ts";
import { findColumns } from "./columns.ts";
import { detectCsv, hasHeader, headerAt, measure } from "./detect-csv.ts";
import type { CsvShape } from "./detect-csv.ts";
import { detectJson } from "./detect-json.ts";
import type { JsonRoot } from "./format.ts";
import { isTableHead } from "./markdown.ts";
import { delimiterName } from "./names.ts";

export interface FoundContainer {
  container: Container;
  jsonRoot?: JsonRoot;
  delimiter?: string;
  header?: boolean;
  /** Records above the names of the columns, which are a title and no rows. */
  titles?: readonly (readonly string[])[];
  evidence: ErrorBody[];
}

interface TextFile {
  file: string;
  /** Whether the text is all of the file, or its beginning. */
  whole: boolean;
  /** What a person said it is. */
  container: Container | undefined;
  delimiter: string | undefined;
}

const jsonLines = new Set([".jsonl", ".ndjson", ".jl"]);
const tables = new Set([".csv", ".tsv", ".tab", ".psv"]);
const markdown = new Set([".md", ".markdown"]);

/** How the rows stand in a text, by its beginning first and by the file's name second. */
export function detectTextContainer(text: string, about: TextFile): FoundContainer {
  const extension = extname(about.file).toLowerCase();
  switch (about.container) {
    case "jsonl":
      return { container: "jsonl", evidence: [] };
    case "json": {
      const root = detectJson(text, about.whole, false);
      return {
        container: "json",
        jsonRoot: root === "jsonl" ? { kind: "objects" } : root,
        evidence: [],
      };
    }
    case "csv":
      return asTable(text, about, extension);
    case "markdown":
      return { container: "markdown", evidence: [] };
    case "text":
      return { container: "text", evidence: [] };
    default:
  }
  const named = tables.has(extension);
  const begins = text.trimStart()[0];
  if ((begins === "{" || begins === "[") && !named) return asJson(text, about, extension);
  if (jsonLines.has(extension) || extension === ".json") return jsonl;
  if (named) return asTable(text, about, extension);
  const line = tableLine(text);
  if (line !== undefined) {
    return { container: "markdown", evidence: [evidence("container_markdown", { line })] };
  }
  const shape = markdown.has(extension) ? null : detectCsv(text, about.whole);
  if (shape && isCertain(shape)) return asTable(text, about, extension, shape);
  return { container: "text", evidence: [evidence("container_text")] };
}

const jsonl: FoundContainer = { container: "jsonl", evidence: [evidence("container_jsonl")] };

function asJson(text: string, { whole }: TextFile, extension: string): FoundContainer {
  const root = detectJson(text, whole, jsonLines.has(extension));
  if (root === "jsonl") return jsonl;
  const said =
    root.kind === "key"
      ? evidence("container_json_key", { key: root.key })
      : evidence(root.kind === "list" ? "container_json_list" : "container_json_objects");
  return { container: "json", jsonRoot: root, evidence: [said] };
}

function asTable(
  text: string,
  { whole, delimiter }: TextFile,
  extension: string,
  found?: CsvShape,
): FoundContainer {
  const shape =
    found ?? (delimiter === undefined ? detectCsv(text, whole) : measure(text, delimiter, whole));
  if (!shape || shape.columns < 2) {
    const parted = delimiter ?? unusedDelimiter(text);
    const header = hasHeader(measure(text, parted, whole)?.records ?? []);
    const said = evidence("container_csv_name", { extension });
    return { container: "csv", delimiter: parted, header, evidence: [said] };
  }
  const said = evidence("container_csv", {
    rows: shape.fitting,
    sampled: shape.sampled,
    columns: shape.columns,
    delimiter: delimiterName(shape.delimiter),
  });
  return {
    container: "csv",
    delimiter: shape.delimiter,
    header: hasHeader(shape.records.slice(headerAt(shape.records))),
    titles: shape.records.slice(0, headerAt(shape.records)),
    evidence: [said],
  };
}

/** In one column a comma is text. */
const unusedDelimiter = (text: string): string =>
  [",", ";", "\t", "|", "\u001f"].find((mark) => !text.includes(mark)) ?? "\u001f";

/** A name that says nothing needs a header that says all. */
const isCertain = ({ records, fitting, sampled }: CsvShape): boolean =>
  records.length > 1 && fitting > 0.9 * sampled && findColumns(records[0] ?? []).form !== null;

/** The line where the first Markdown table begins. */
function tableLine(text: string): number | undefined {
  const lines = text.split("\n");
  const index = lines.findIndex((line, at) => at > 0 && isTableHead(lines[at - 1] ?? "", line));
  return index < 0 ? undefined : index;
}
