import { readdir, readFile } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { AppError } from "#contract/errors.ts";
import { renamePatiently } from "./atomic.ts";
import { errorText, isMissing } from "./error-code.ts";

const asideMark = ".unreadable-";

/**
 * The parsed JSON object of a file, or undefined where there is none. A file that is no JSON object
 * is renamed beside itself, so that nothing is ever written over it; with `keep` it stays.
 * Errors: file_unreadable (also later, while it lies aside), file_unreachable.
 */
export async function readJsonObject(
  path: string,
  options: { keep?: boolean } = {},
): Promise<Record<string, unknown> | undefined> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if (!isMissing(error)) {
      throw new AppError("file_unreachable", { file: path, detail: errorText(error) });
    }
    const aside = await findAside(path);
    if (aside === undefined) return undefined;
    throw new AppError("file_unreadable", { file: path, detail: "it is damaged", aside });
  }
  try {
    const value: unknown = JSON.parse(text);
    if (value !== null && typeof value === "object" && !Array.isArray(value)) {
      return value as Record<string, unknown>;
    }
    throw new SyntaxError("it holds no JSON object");
  } catch (error) {
    if (options.keep) throw new AppError("file_invalid", { file: path, detail: errorText(error) });
    const aside = await setAside(path);
    throw new AppError("file_unreadable", { file: path, detail: errorText(error), aside });
  }
}

/** Renames a file that cannot be understood; returns its new name. */
async function setAside(path: string): Promise<string> {
  const aside = `${basename(path)}${asideMark}${new Date().toISOString().replace(/[:.]/g, "-")}`;
  await renamePatiently(path, `${dirname(path)}/${aside}`);
  return aside;
}

async function findAside(path: string): Promise<string | undefined> {
  const names = await readdir(dirname(path)).catch(() => []);
  return names.filter((name) => name.startsWith(`${basename(path)}${asideMark}`)).at(-1);
}
