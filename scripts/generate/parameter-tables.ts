import { registry } from "#contract/parameters/registry.ts";
import { sections } from "#contract/parameters/types.ts";
import type { Parameter } from "#contract/parameters/types.ts";
import { parameterText } from "#contract/texts/index.ts";
import { allowedWords, defaultWords } from "#cli/commands/parameters.ts";

/** Markdown tables of every parameter, in the order of the forms. */
export function parameterTables(): string {
  return sections
    .map((section) => `### \`${section}\`\n\n${table(registry[section])}`)
    .join("\n\n");
}

function table(parameters: readonly Parameter[]): string {
  const head = ["Key", "Type", "Default (CUDA / CPU)", "Allowed", "What it does"];
  const rows = parameters.map((parameter) => [
    `\`${parameter.key}\``,
    parameter.type === "strings" ? "list of strings" : parameter.type,
    defaultWords(parameter),
    allowedWords(parameter),
    parameterText(parameter, "en").help,
  ]);
  return [head, head.map(() => "---"), ...rows].map(line).join("\n");
}

const line = (cells: readonly string[]): string => `| ${cells.map(escape).join(" | ")} |`;

/** A bar would begin a new cell, a line break a new row. */
function escape(cell: string): string {
  return cell.replaceAll("|", "\\|").replaceAll("\n", " ");
}
