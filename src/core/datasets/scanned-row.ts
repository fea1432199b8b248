import { hash } from "node:crypto";
import type { Conversation, Message } from "#contract/dataset.ts";
import type { ErrorBody } from "#contract/errors.ts";
import type { DataFile } from "#contract/project.ts";

/**
 * One input row: what it teaches with the hash of that, or the reason why it is left out. `side` is
 * the set that the file itself puts it into.
 */
export type ScannedRow = { file: string; line: number } & (
  | (Conversation & { hash: string; side?: DataFile["role"] })
  | { reason: ErrorBody }
);

/** Equal for equal rows, wherever they stand; 128 bits, so that no two ever collide. */
export function contentHash(row: Conversation): string {
  return hash("sha256", contentOf(row)).slice(0, 32);
}

/** A text that only an equal row has: each part with its length. */
export function contentOf({ messages, tools, text }: Conversation): string {
  let content = "";
  for (const message of messages) {
    content += `${message.role} ${message.content.length} ${message.content}`;
    if (hasMore(message)) {
      const { tool_calls: calls, tool_call_id: id, name } = message;
      content += JSON.stringify([calls, id, name]);
    }
  }
  if (tools) content += `tools ${JSON.stringify(tools)}`;
  return text === undefined ? content : `text ${text}`;
}

const hasMore = (message: Message): boolean =>
  message.tool_calls !== undefined ||
  message.tool_call_id !== undefined ||
  message.name !== undefined;
