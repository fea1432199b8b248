import { basename } from "node:path";
import {
  asyncBufferFromFile,
  parquetMetadataAsync,
  parquetReadObjects,
  parquetSchema,
} from "hyparquet";
import type { FileMetaData } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { AppError } from "#contract/errors.ts";
import { errorText } from "../../files/error-code.ts";
import type { ReadOptions } from "./bytes.ts";
import type { RawRow, ReadPlan } from "./format.ts";
import { checkPages } from "./parquet-pages.ts";

/** A row group is unpacked as a whole. */
const largestGroup = 2 ** 28;

/** Rows of a Parquet file, one row group after another, numbered from 1. Error: data_parquet_broken. */
export async function* readParquet(
  path: string,
  _plan: ReadPlan,
  { signal, onBytes }: ReadOptions = {},
): AsyncGenerator<RawRow[]> {
  const { file, metadata } = await openParquet(path);
  let row = 0;
  let done = 0;
  for (const group of metadata.row_groups) {
    signal?.throwIfAborted();
    const count = Number(group.num_rows);
    await explain(path, () => checkPages(file, group));
    const rows = await explain(path, () =>
      parquetReadObjects({ file, metadata, compressors, rowStart: row, rowEnd: row + count }),
    );
    if (rows.length !== count)
      throw broken(path, `a row group has ${rows.length} rows, not ${count}`);
    done += Number(group.total_compressed_size ?? group.total_byte_size);
    onBytes?.(Math.min(done, file.byteLength));
    yield rows.map((value) => {
      row += 1;
      return { line: row, place: { row }, value: plain(value) };
    });
  }
}

/** What a Parquet file says of itself. Error: data_parquet_broken. */
export async function describeParquet(path: string): Promise<{ rows: number; columns: string[] }> {
  const { metadata } = await openParquet(path);
  const columns = await explain(path, () =>
    Promise.resolve(parquetSchema(metadata).children.map(({ element }) => element.name)),
  );
  return { rows: Number(metadata.num_rows), columns };
}

async function openParquet(path: string): Promise<{
  file: Awaited<ReturnType<typeof asyncBufferFromFile>>;
  metadata: FileMetaData;
}> {
  const file = await asyncBufferFromFile(path);
  const metadata = await explain(path, () => parquetMetadataAsync(file));
  let rows = 0;
  for (const { num_rows, total_byte_size } of metadata.row_groups ?? []) {
    const bytes = Number(total_byte_size);
    if (!(bytes >= 0 && bytes <= largestGroup)) {
      throw broken(path, `a row group of ${bytes} bytes is too large; write smaller ones`);
    }
    // Each row takes at least a bit; more of them is a lie that would only fill the memory.
    if (!(Number(num_rows) >= 0 && Number(num_rows) <= 8 * file.byteLength * 1000)) {
      throw broken(path, `a row group of ${num_rows} rows is not possible`);
    }
    rows += Number(num_rows);
  }
  if (rows !== Number(metadata.num_rows))
    throw broken(path, "its row counts contradict each other");
  return { file, metadata };
}

/** A damaged file makes the library fail in many ways; all mean the same. */
async function explain<T>(path: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw error instanceof AppError ? error : broken(path, errorText(error), error);
  }
}

const broken = (path: string, detail: string, cause?: unknown): AppError =>
  new AppError("data_parquet_broken", { file: basename(path), detail }, { cause });

/** Values as JSON has them: whole numbers, dates as text. */
function plain(value: unknown): unknown {
  if (typeof value === "bigint") {
    return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  }
  if (value instanceof Date) {
    return Number.isNaN(value.getTime()) ? null : value.toISOString();
  }
  if (Array.isArray(value)) return value.map(plain);
  if (ArrayBuffer.isView(value)) return null;
  if (value === null || typeof value !== "object") return value ?? null;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}
