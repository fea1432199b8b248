import type { Terminal } from "#cli/terminal.ts";

/** A terminal without colours that keeps what is written. */
export function fakeTerminal(
  options: Partial<Pick<Terminal, "json" | "live" | "width" | "language">> = {},
): Terminal & { lines: string[]; values: unknown[] } {
  const lines: string[] = [];
  const values: unknown[] = [];
  const { json = false } = options;
  return {
    json,
    live: false,
    width: 80,
    language: "en",
    ...options,
    lines,
    values,
    say: (line = "") => void (json || lines.push(line)),
    hint: (line) => void (json || lines.push(line)),
    data: (value) => void (json && values.push(value)),
    style: (_style, text) => text,
  };
}
