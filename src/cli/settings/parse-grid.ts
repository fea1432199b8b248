import { AppError } from "#contract/errors.ts";
import type { SweepGrid } from "#core/api.ts";
import { parseSettings, resolveParameter } from "./parse-setting.ts";

/**
 * `--over key=value,value` arguments as a grid; values that hold commas themselves are parted by
 * semicolons. Errors: bad_request, parameter_*.
 */
export function parseGrid(assignments: readonly string[]): SweepGrid {
  const grid: SweepGrid = {};
  for (const assignment of assignments) {
    const at = assignment.indexOf("=");
    if (at < 1) {
      throw new AppError("bad_request", {
        detail: `“--over ${assignment}” has no values; write --over key=value,value`,
      });
    }
    const name = assignment.slice(0, at).trim();
    const { section, key } = resolveParameter(name);
    const text = assignment.slice(at + 1);
    const values = text
      .split(text.includes(";") ? ";" : ",")
      .map((value) => parseSettings([`${section}.${key}=${value.trim()}`])[section]?.[key] ?? null);
    grid[section] = { ...grid[section], [key]: values };
  }
  return grid;
}
