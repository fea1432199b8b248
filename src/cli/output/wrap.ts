import wrapAnsi from "wrap-ansi";
import type { Terminal } from "#cli/terminal.ts";

/** A sentence broken at words where a person reads it; files and pipes get whole lines. */
export function wrap(terminal: Terminal, text: string, indent = ""): string {
  if (!terminal.live) return `${indent}${text}`;
  const columns = Math.max(20, terminal.width - 1 - indent.length);
  return wrapAnsi(text, columns)
    .split("\n")
    .map((line) => `${indent}${line}`)
    .join("\n");
}

/** A sentence after a mark, its lines below each other. */
export function bullet(terminal: Terminal, mark: string, text: string): string {
  return `  ${mark} ${wrap(terminal, text, "    ").slice(4)}`;
}
