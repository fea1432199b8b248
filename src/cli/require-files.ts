import { stat } from "node:fs/promises";
import { AppError } from "#contract/errors.ts";
import { shownPath } from "./output/shown-path.ts";

/** Checks that every path is a file before anything is made. Errors: data_file_missing, bad_request. */
export async function requireFiles(paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    const found = await stat(path).catch(() => undefined);
    if (!found) throw new AppError("data_file_missing", { file: shownPath(path) });
    if (!found.isFile()) {
      throw new AppError("bad_request", { detail: `${shownPath(path)} is not a file` });
    }
  }
}
