import { Buffer } from "node:buffer";
import { join } from "node:path";
import { AppError } from "#contract/errors.ts";

/** File systems commonly allow 255 bytes; the rest is room for the suffixes that Tunesmith adds. */
const longestName = 200;
const reserved = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?$/i;

/**
 * Returns `name` if it is a plain file name on every system, else throws `path_refused` or
 * `name_invalid`. Everything that comes from outside becomes a path through this function alone.
 */
export function plainName(name: string): string {
  if (name === "." || name === ".." || /[/\\]/.test(name) || /^[a-zA-Z]:/.test(name)) {
    throw new AppError("path_refused", { name });
  }
  const reason = fault(name);
  if (reason !== undefined) throw new AppError("name_invalid", { name, reason });
  return name;
}

/** The path of `name` inside `folder`; throws as `plainName` does. */
export function pathInside(folder: string, name: string): string {
  return join(folder, plainName(name));
}

function fault(name: string): string | undefined {
  if (name.trim() === "") return "it is empty";
  if (!name.isWellFormed()) return "it holds half of a character";
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  if (/[\u0000-\u001f\u007f]/.test(name)) return "it holds a control character";
  if (/[<>:"|?*]/.test(name)) return 'it holds one of < > : " | ? *';
  if (name !== name.trim() || name.endsWith(".")) return "it begins or ends with a blank or a dot";
  if (reserved.test(name)) return "some systems reserve it";
  if (Buffer.byteLength(name) > longestName) return `it is longer than ${longestName} bytes`;
  return undefined;
}
