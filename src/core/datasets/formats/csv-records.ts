import { Buffer } from "node:buffer";
import { parse } from "csv-parse";
import type { CsvError } from "csv-parse";
import { longestRow } from "./format.ts";

/** A record with the line where it begins, or the record that nothing behind it can be read from. */
export type CsvRecord =
  | { line: number; cells: string[] }
  | { line: number; broken: "CSV_MAX_RECORD_SIZE" | "CSV_QUOTE_NOT_CLOSED" };

interface Parsed {
  record: string[];
  raw: string;
  info: { lines: number };
}

/**
 * Records of a CSV text; empty lines are none. Cells are Latin-1 views of their bytes, so that what is
 * no UTF-8 can be told; see `cellText`. A quote that is never closed ends the reading: what it
 * swallowed is one broken record.
 */
export async function* csvRecords(
  chunks: AsyncIterable<Buffer>,
  delimiter: string,
): AsyncGenerator<CsvRecord[]> {
  let found: CsvRecord[] = [];
  let lines = 0;
  let broken = false;
  let failure: Error | undefined;
  const take = ({ raw, info, record }: Parsed): null => {
    if (!broken) found.push({ line: lines + 1 + emptyLines(raw), cells: record });
    lines = info.lines;
    return null;
  };
  const parser = parse({
    delimiter: Buffer.from(delimiter).toString("latin1"),
    encoding: "latin1",
    record_delimiter: ["\r\n", "\n", "\r"],
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    max_record_size: longestRow,
    info: true,
    raw: true,
    on_record: (parsed) => take(parsed as unknown as Parsed),
    on_skip: (error: CsvError | undefined, raw) => {
      if (broken) return;
      broken = true;
      const code =
        error?.code === "CSV_MAX_RECORD_SIZE" ? "CSV_MAX_RECORD_SIZE" : "CSV_QUOTE_NOT_CLOSED";
      found.push({ line: lines + 1 + emptyLines(raw ?? ""), broken: code });
    },
  });
  parser.on("error", (error) => (failure = error));
  parser.resume();
  for await (const chunk of chunks) {
    await new Promise<void>((done) => void parser.write(chunk, () => done()));
    if (failure) throw failure;
    yield found;
    found = [];
    if (broken) {
      parser.destroy();
      return;
    }
  }
  await new Promise<void>((done) => {
    parser.once("close", done);
    parser.end();
  });
  if (failure) throw failure;
  yield found;
}

/** Lines of nothing that the parser skipped before a record. */
const emptyLines = (raw: string): number => {
  const skipped = /^[\r\n]*/.exec(raw)?.[0] ?? "";
  return skipped.replaceAll("\r\n", "\n").length;
};
