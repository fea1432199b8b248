import type { Hit, SeenRow } from "../seen-row.ts";

const unusable = new Set(["row_role_order", "row_role"]);

/** Turns in an order that no chat has, whether the row could still be used or not. */
export function findRoleOrder({ messages, reason }: SeenRow): Hit | undefined {
  if (reason) return unusable.has(reason.code) ? { found: null } : undefined;
  const turns = messages.map(({ role }) => role).filter((role) => role !== "system");
  if (turns.length === 0) return undefined;
  if (turns[0] !== "user") return { found: String(turns[0]) };
  const twice = turns.find(
    (role, index) => (role === "user" || role === "assistant") && role === turns[index + 1],
  );
  return twice === undefined ? undefined : { found: `${twice}, ${twice}` };
}
