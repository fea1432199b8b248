import type { Conversation, Message } from "#contract/dataset.ts";
import type { FindingCode, FixCode } from "#contract/findings.ts";
import { maskPersonal, maskSecrets } from "../doctor/detectors/mask.ts";
import { removeSpecialTokens } from "../doctor/detectors/special-token.ts";
import { removeStops } from "../doctor/detectors/stop-text.ts";
import { removeThoughts } from "../doctor/detectors/traces.ts";
import type { DoctorSettings } from "../doctor/row-findings.ts";
import { ollamaCalls, ollamaTools } from "../ollama-tools.ts";
import type { ScannedRow } from "../scan.ts";

/** A row that reads otherwise, null where it goes, undefined where it stays as it is. */
export type Rewritten = Pick<Conversation, "messages" | "text" | "tools"> | null | undefined;

/** What a fix does with one row that its finding is about. */
export function rewriteRow(
  row: ScannedRow,
  { finding, fix }: { finding: FindingCode; fix: FixCode },
  settings: DoctorSettings,
): Rewritten {
  if (fix === "leave_out" || fix === "keep_first") return null;
  // Nothing of an unusable row can be mended by changing its words.
  if ("reason" in row) return undefined;
  if (fix === "write_tools") return writeTools(row);
  const { text, tools } = row;
  const messages = fix === "merge_turns" ? mergeTurns(row.messages) : row.messages;
  const change = changeOf(fix, finding, settings);
  const changed = messages.map((message) => ({
    ...message,
    content: change(message.content, message.role),
  }));
  const changedText = text === undefined ? undefined : change(text, "assistant");
  const same =
    changedText === text &&
    changed.length === row.messages.length &&
    changed.every(({ content }, index) => content === row.messages[index]?.content);
  if (same) return undefined;
  // What was nothing but the fault leaves no question or no answer behind.
  if (changed.some(({ content, tool_calls: calls }) => content.trim() === "" && !calls))
    return null;
  return {
    messages: changed,
    ...(changedText !== undefined && { text: changedText }),
    ...(tools && { tools }),
  };
}

/** The row with its tools as Ollama writes them, which takes none that it refuses. */
function writeTools(row: Conversation): Rewritten {
  const tools = row.tools && ollamaTools(row.tools);
  if (tools && "refused" in tools) return undefined;
  const messages = row.messages.map((message) =>
    message.tool_calls ? { ...message, tool_calls: ollamaCalls(message.tool_calls) } : message,
  );
  const after = { messages, ...(tools && { tools }) };
  const before = { messages: row.messages, ...(row.tools && { tools: row.tools }) };
  return JSON.stringify(after) === JSON.stringify(before) ? undefined : after;
}

function changeOf(
  fix: FixCode,
  finding: FindingCode,
  { stop, tokens }: DoctorSettings,
): (text: string, role: Message["role"]) => string {
  if (fix === "remove_tokens") return (text) => removeSpecialTokens(text, tokens);
  if (fix === "mask") return finding === "secret" ? maskSecrets : maskPersonal;
  if (fix === "remove_traces")
    return (text, role) => (role === "assistant" ? removeThoughts(text) : text);
  if (fix === "cut_at_stop")
    return (text, role) => (role === "assistant" ? removeStops(text, stop) : text);
  return (text) => text;
}

/** Turns of one role that follow each other become one, in paragraphs. */
function mergeTurns(messages: readonly Message[]): Message[] {
  const merged: Message[] = [];
  for (const message of messages) {
    const last = merged.at(-1);
    const joins =
      last?.role === message.role && (message.role === "user" || message.role === "assistant");
    if (joins && !last.tool_calls && !message.tool_calls) {
      merged[merged.length - 1] = { ...last, content: `${last.content}\n\n${message.content}` };
    } else merged.push(message);
  }
  return merged;
}
