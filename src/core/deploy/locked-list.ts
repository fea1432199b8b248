import { z } from "zod";
import { AppError } from "#contract/errors.ts";
import { writeJsonAtomic } from "#core/files/atomic.ts";
import { waitForLock } from "#core/files/lock.ts";
import { migrate } from "#core/files/migrate.ts";
import { readJsonObject } from "#core/files/read-json.ts";

const patienceMs = 30_000;

/** The `items` of a JSON file, none where there is no file. Errors: file_*. */
export async function readList<T>(file: string, schema: z.ZodType<T>): Promise<T[]> {
  const data = await readJsonObject(file);
  if (data === undefined) return [];
  const parsed = z
    .object({ items: z.array(schema) })
    .safeParse(migrate(data, { file, current: 1, migrations: [] }));
  if (parsed.success) return parsed.data.items;
  throw new AppError("file_invalid", { file, detail: z.prettifyError(parsed.error) });
}

/**
 * Change such a file. Runner, server and terminal may all do so: one after the other.
 * Errors: lock_held, file_*, disk_full.
 */
export async function updateList<T>(
  file: string,
  schema: z.ZodType<T>,
  change: (items: T[]) => T[],
): Promise<void> {
  const lock = await waitForLock(`${file}.lock`, patienceMs);
  if (!lock) throw new AppError("lock_held", { name: file });
  try {
    await writeJsonAtomic(file, { schemaVersion: 1, items: change(await readList(file, schema)) });
  } finally {
    lock.release();
  }
}
