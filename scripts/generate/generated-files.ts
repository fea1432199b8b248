import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parameterTables } from "./parameter-tables.ts";
import { schemaFiles } from "./schemas.ts";

const root = join(import.meta.dirname, "..", "..");
const begin = "<!-- parameters:begin -->";
const end = "<!-- parameters:end -->";

/** Every file that comes from the contract, by its path, as it should be. */
export function generatedFiles(): Map<string, string> {
  const files = new Map<string, string>();
  const folder = join(root, "trainer", "tunesmith_trainer", "schema");
  for (const [name, text] of Object.entries(schemaFiles())) files.set(join(folder, name), text);
  const readme = join(root, "README.md");
  if (existsSync(readme)) files.set(readme, withTables(readFileSync(readme, "utf8")));
  return files;
}

/** Paths of generated files that are missing or not as they should be. */
export function staleFiles(): string[] {
  return [...generatedFiles()]
    .filter(([path, text]) => !existsSync(path) || readText(path) !== text)
    .map(([path]) => path);
}

/** git may have turned line ends around on Windows. */
function readText(path: string): string {
  return readFileSync(path, "utf8").replaceAll("\r\n", "\n");
}

/** The text with the tables between its two marks; without marks it stays as it is. */
export function withTables(readme: string): string {
  const [start, stop] = [readme.indexOf(begin), readme.indexOf(end)];
  if (start < 0 || stop < start) return readme;
  const before = readme.slice(0, start + begin.length);
  return `${before}\n\n${parameterTables()}\n\n${readme.slice(stop)}`;
}
