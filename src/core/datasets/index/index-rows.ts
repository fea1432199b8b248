import type { ReadOptions } from "../formats/bytes.ts";
import { scanFile } from "../scan.ts";
import { startColumns } from "./columns.ts";
import type { Columns } from "./columns.ts";

/** What is said of a file: its name, how to read it, and what the version that counts changes. */
export type IndexedFile = Parameters<typeof scanFile>[1];

/** Indexes a file of any form row by row; its rows cannot be found again by their bytes. */
export async function indexRows(
  path: string,
  file: IndexedFile,
  options: ReadOptions,
): Promise<Columns> {
  const writer = startColumns();
  for await (const rows of scanFile(path, file, options)) {
    for (const row of rows) {
      const at = { line: row.line, offset: -1 };
      if ("reason" in row) writer.faulty({ ...at, reason: row.reason });
      else writer.usable({ ...at, side: row.side, hash: row.hash });
    }
  }
  return writer.finish();
}
