import { Buffer, isAscii, isUtf8 } from "node:buffer";
import { hash } from "node:crypto";
import { readSync } from "node:fs";
import { faultBody } from "../fault.ts";
import type { Fault } from "../fault.ts";
import { longestRow } from "../formats/format.ts";
import { isEmptyLine } from "../formats/jsonl.ts";
import { parseJson } from "../formats/parse-json.ts";
import type { Columns as ColumnParts } from "#contract/data-format.ts";
import { normalise } from "../normalise.ts";
import { contentOf } from "../scanned-row.ts";
import { startColumns } from "./columns.ts";
import type { Columns, ColumnsWriter } from "./columns.ts";

/** A stretch of a JSONL file in UTF-8: the lines that begin in it, wherever they end. */
export interface Stretch {
  file: number;
  /** Where the text begins and ends in the file, for all stretches. */
  textStart: number;
  textEnd: number;
  start: number;
  end: number;
  /** What the ledger calls the file. */
  name: string;
  columns: ColumnParts | null;
}

const newline = 0x0a;
const carriageReturn = 0x0d;

/**
 * Indexes the rows of a stretch; lines are numbered from the stretch's own first. `lines` counts all
 * of them, rows or not. Memory holds the stretch, in `room` where it fits in, and the longest row.
 */
export function indexLines(
  stretch: Stretch,
  room: Buffer<ArrayBuffer> = Buffer.alloc(0),
): { columns: Columns; lines: number } {
  const { textStart, textEnd, start, end } = stretch;
  const bytes = read(stretch, start, Math.min(end, textEnd), room);
  let at = 0;
  if (start > textStart) {
    const before = read(stretch, start - 1, start);
    if (before[0] !== newline) {
      // The line that is cut here belongs to the stretch before.
      const next = bytes.indexOf(newline);
      if (next < 0) return { columns: startColumns(1).finish(), lines: 0 };
      at = next + 1;
    }
  }
  const writer = startColumns(Math.max(64, bytes.length >> 9));
  // Both ends may cut a character: they are looked at one by one.
  const whole = bytes.subarray(at, bytes.lastIndexOf(newline) + 1);
  const kind = isAscii(whole) ? "ascii" : isUtf8(whole) ? "utf8" : "mixed";
  let lines = 0;
  while (at < bytes.length) {
    const stop = bytes.indexOf(newline, at);
    lines += 1;
    if (stop >= 0) {
      addLine(writer, stretch, {
        bytes,
        from: at,
        to: stop,
        line: lines,
        offset: start + at,
        kind,
      });
      at = stop + 1;
    } else {
      addLast(writer, stretch, bytes.subarray(at), start + at, lines);
      at = bytes.length;
    }
  }
  return { columns: writer.finish(), lines };
}

interface Line {
  bytes: Buffer;
  from: number;
  to: number;
  line: number;
  offset: number;
  /** Whether all bytes around it are known to be valid. */
  kind: "ascii" | "utf8" | "mixed";
}

function addLine(
  writer: ColumnsWriter,
  { name, columns }: Pick<Stretch, "name" | "columns">,
  { bytes, from, to, line, offset, kind }: Line,
): void {
  const end = to > from && bytes[to - 1] === carriageReturn ? to - 1 : to;
  const isLong = to - from > longestRow;
  const length = isLong ? to - from : end - from;
  if (length === 0) return;
  if (!isLong && (bytes[from] ?? 0) <= 0x20 && isEmptyLine(bytes.subarray(from, end))) return;
  const fail = (fault: Fault): void => {
    writer.faulty({ line, offset, reason: faultBody(fault, name, line) });
  };
  let value: unknown;
  if (kind === "mixed" || isLong) {
    const parsed = parseJson(isLong ? null : bytes.subarray(from, end), length);
    if ("fault" in parsed) return fail(parsed.fault);
    value = parsed.value;
  } else {
    try {
      value = JSON.parse(
        bytes.toString(kind === "ascii" ? "latin1" : "utf8", from, end),
      ) as unknown;
    } catch {
      const parsed = parseJson(bytes.subarray(from, end), length);
      if ("fault" in parsed) return fail(parsed.fault);
      value = parsed.value;
    }
  }
  const result = normalise(value, columns);
  if ("fault" in result) return fail(result.fault);
  const digest = hash("sha256", contentOf(result), "hex");
  writer.usable({ line, offset, side: result.side, hash: digest });
}

/** The line that goes on behind the stretch. */
function addLast(
  writer: ColumnsWriter,
  stretch: Stretch,
  head: Buffer,
  offset: number,
  line: number,
): void {
  const parts = [head];
  let length = head.length;
  for (let at = offset + head.length; at < stretch.textEnd;) {
    const piece = read(stretch, at, Math.min(at + (1 << 16), stretch.textEnd));
    const stop = piece.indexOf(newline);
    const more = stop < 0 ? piece : piece.subarray(0, stop);
    length += more.length;
    if (length <= longestRow) parts.push(more);
    else parts.length = 0;
    if (stop >= 0 || piece.length === 0) break;
    at += piece.length;
  }
  if (length > longestRow) {
    const fault: Fault = { code: "row_too_large", params: { bytes: length, limit: longestRow } };
    writer.faulty({ line, offset, reason: faultBody(fault, stretch.name, line) });
    return;
  }
  const bytes = Buffer.concat(parts);
  addLine(writer, stretch, { bytes, from: 0, to: bytes.length, line, offset, kind: "mixed" });
}

function read(
  { file }: Pick<Stretch, "file">,
  start: number,
  end: number,
  room?: Buffer<ArrayBuffer>,
): Buffer<ArrayBuffer> {
  const length = Math.max(0, end - start);
  const bytes =
    room && room.length >= length ? room.subarray(0, length) : Buffer.allocUnsafeSlow(length);
  let done = 0;
  while (done < bytes.length) {
    const got = readSync(file, bytes, done, bytes.length - done, start + done);
    if (got === 0) break;
    done += got;
  }
  return bytes.subarray(0, done);
}
