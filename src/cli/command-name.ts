import { existsSync } from "node:fs";
import { join, relative, sep } from "node:path";

export const packageRoot = join(import.meta.dirname, "..", "..");

/** How a person here types the command: the clone's launcher, or the installed name. */
export function commandName(folder = process.cwd()): string {
  const launcher = join(packageRoot, process.platform === "win32" ? "tunesmith.cmd" : "tunesmith");
  if (!existsSync(launcher)) return "tunesmith";
  const path = relative(folder, launcher).replace(/\.cmd$/, "");
  return path.startsWith(`..${sep}..`) ? "tunesmith" : path.includes(sep) ? path : `.${sep}${path}`;
}
