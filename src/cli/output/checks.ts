import type { PassportCheck } from "#contract/passport.ts";
import type { Terminal } from "#cli/terminal.ts";
import { renderTable } from "./table.ts";

const kinds: Record<PassportCheck["kind"], string> = {
  frozen: "made from",
  output: "made",
  source: "source file",
  environment: "this machine",
};

/** Checks as a table; hashes are cut, since two that differ do so at once. */
export function checksTable(terminal: Terminal, checks: readonly PassportCheck[]): string {
  return renderTable(
    [{ title: "" }, { title: "What", minimum: 12 }, { title: "In the passport" }, { title: "Now" }],
    checks.map(({ kind, name, expected, found, state }) => [
      kinds[kind],
      name,
      short(expected),
      state === "missing" ? "missing" : short(found),
    ]),
    terminal.width,
  );
}

const short = (value: string | null): string =>
  value === null ? "–" : /^[0-9a-f]{64}$/.test(value) ? `${value.slice(0, 12)}…` : value;
