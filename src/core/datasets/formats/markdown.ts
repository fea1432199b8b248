import { basename } from "node:path";
import { fault } from "../fault.ts";
import { readLines } from "../line-reader.ts";
import { decodeUtf8 } from "../utf8.ts";
import type { ReadOptions } from "./bytes.ts";
import { readText } from "./bytes.ts";
import { longestRow } from "./format.ts";
import type { RawRow, ReadPlan } from "./format.ts";
import { columnNames, rowOf } from "./table.ts";

/**
 * Rows of the tables in a Markdown text, as GitHub Flavored Markdown defines them (§ 4.10); text
 * around them is no row, and each table has a header of its own.
 */
export async function* readMarkdown(
  path: string,
  plan: ReadPlan,
  options?: ReadOptions,
): AsyncGenerator<RawRow[]> {
  let names: string[] | undefined;
  let previous = "";
  let fence: string | undefined;
  for await (const lines of readLines(readText(path, plan, options), longestRow)) {
    const rows: RawRow[] = [];
    for (const { number: line, bytes, length } of lines) {
      const decoded = bytes && decodeUtf8(bytes);
      if (!decoded || "invalidAt" in decoded) {
        if (names) {
          rows.push({
            line,
            ...(decoded
              ? fault("row_encoding", { byte: decoded.invalidAt })
              : fault("row_too_large", { bytes: length, limit: longestRow })),
          });
        }
        previous = "";
        continue;
      }
      const { text } = decoded;
      const mark = /^ {0,3}(```|~~~)/.exec(text)?.[1];
      if (mark && (fence === undefined || fence === mark)) fence = fence ? undefined : mark;
      if (mark || fence) {
        names = undefined;
        previous = "";
        continue;
      }
      if (names && isRow(text)) {
        rows.push({ line, ...rowOf(names, splitCells(text), (cell) => cell === "") });
      } else {
        names = isTableHead(previous, text)
          ? columnNames(splitCells(previous), basename(path))
          : undefined;
        previous = text;
      }
    }
    yield rows;
  }
}

/** Whether these two lines begin a table: cells, and as many marks of dashes. */
export function isTableHead(head: string, marks: string): boolean {
  if (!head.includes("|") || !marks.includes("-") || !/^[\s|:-]+$/.test(marks)) return false;
  const dashes = splitCells(marks);
  return dashes.every((cell) => /^:?-+:?$/.test(cell)) && dashes.length === splitCells(head).length;
}

/** A table goes on until a blank line or one without any bar. */
const isRow = (line: string): boolean => line.includes("|");

function splitCells(line: string): string[] {
  const bare = line
    .trim()
    .replace(/^\|/, "")
    .replace(/(?<!\\)\|$/, "");
  return bare.split(/(?<!\\)\|/).map((cell) =>
    cell
      .trim()
      .replaceAll("\\|", "|")
      .replaceAll(/<br\s*\/?>/gi, "\n"),
  );
}
