import type { Container } from "#contract/data-format.ts";
import type { ReadOptions } from "./bytes.ts";
import { readCsv } from "./csv.ts";
import { readExcel } from "./excel.ts";
import type { Format, RawRow, ReadPlan } from "./format.ts";
import { readJson } from "./json.ts";
import { readJsonl } from "./jsonl.ts";
import { readMarkdown } from "./markdown.ts";
import { readParquet } from "./parquet.ts";
import { readParagraphs } from "./text.ts";

const readers: Record<Container, Format> = {
  jsonl: readJsonl,
  json: readJson,
  csv: readCsv,
  xlsx: readExcel,
  parquet: readParquet,
  markdown: readMarkdown,
  text: readParagraphs,
};

/** The rows of a file as the plan says they stand in it. */
export function readRawRows(
  path: string,
  plan: ReadPlan,
  options?: ReadOptions,
): AsyncGenerator<RawRow[]> {
  return readers[plan.container](path, plan, options);
}
