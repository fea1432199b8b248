import { existsSync } from "node:fs";
import { join, relative, sep } from "node:path";

export const packageRoot = join(import.meta.dirname, "..", "..");

/** How a person in `folder` types the command: the clone's launcher, or the installed name. */
export function commandName(folder = process.cwd()): string {
  const launcher = join(packageRoot, process.platform === "win32" ? "tunesmith.cmd" : "tunesmith");
  if (!existsSync(launcher)) return "tunesmith";
  const near = relative(folder, launcher);
  const path = near.length < launcher.length ? near : launcher;
  return (path.includes(sep) ? path : `.${sep}${path}`).replace(/\.cmd$/, "");
}
