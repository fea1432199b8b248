import type { ScannedRow } from "../scan.ts";
import type { Rewritten } from "./rewrite.ts";

/** A row as people compare it: its tools, one paragraph per turn; null where it is left out. */
export function rowText(row: ScannedRow | Rewritten): string | null {
  if (!row || "reason" in row) return null;
  const turns = row.messages.map(({ role, content, tool_calls: calls }) =>
    calls ? `${role}: ${content} ${JSON.stringify(calls)}` : `${role}: ${content}`,
  );
  const tools = row.tools ? [`tools: ${JSON.stringify(row.tools)}`] : [];
  return [...tools, ...turns, ...(row.text === undefined ? [] : [row.text])].join("\n\n");
}
