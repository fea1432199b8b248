import { isAbsolute, relative } from "node:path";

/** The shorter of the path from here and the absolute one. */
export function shownPath(file: string): string {
  const near = relative(process.cwd(), file);
  return near !== "" && near.length < file.length && !isAbsolute(near) ? near : file;
}
