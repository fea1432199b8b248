import type { Message } from "#contract/dataset.ts";
import { fault } from "./fault.ts";
import { isFields, readText, show, wrongType } from "./row-values.ts";
import type { Faulty, Fields } from "./row-values.ts";
import { readToolCalls } from "./tool-calls.ts";

const roles: Record<string, Message["role"]> = {
  system: "system",
  developer: "system",
  user: "user",
  human: "user",
  assistant: "assistant",
  gpt: "assistant",
  chatgpt: "assistant",
  bing: "assistant",
  bard: "assistant",
  model: "assistant",
  bot: "assistant",
  function_call: "assistant",
  tool: "tool",
  function: "tool",
  observation: "tool",
  tool_response: "tool",
};
/** What ShareGPT calls those who speak; in OpenAI's form they are mistakes. */
const openAi = new Set(["system", "developer", "user", "assistant", "tool", "function"]);

/**
 * A list of messages in OpenAI's form (role/content) or ShareGPT's (from/value). Faults: row_role,
 * row_field_type, row_tool_call, row_weight, row_surrogate, and those of the order.
 */
export function readMessages(list: unknown, name: string): { messages: Message[] } | Faulty {
  if (!Array.isArray(list)) return wrongType(name, "a list", list);
  const messages: Message[] = [];
  for (const [index, item] of (list as unknown[]).entries()) {
    const field = `${name}[${index}]`;
    if (!isFields(item)) return wrongType(field, "an object", item);
    const message =
      "from" in item && !("role" in item)
        ? fromShareGpt(item, field, index)
        : fromOpenAi(item, field, index);
    if ("fault" in message) return message;
    messages.push(message);
  }
  return checkOrder(messages);
}

function fromOpenAi(item: Fields, field: string, index: number): Message | Faulty {
  const role = roleOf(item["role"], index, openAi);
  if (typeof role !== "string") return role;
  if (item["weight"] === 0) return fault("row_weight", { message: index + 1 });
  const content = readContent(item["content"], `${field}.content`, calls(item));
  if (typeof content !== "string") return content;
  const message: Message = { role, content };
  if (role === "assistant" && calls(item)) {
    const found = readToolCalls(item["tool_calls"] ?? [item["function_call"]]);
    if ("fault" in found) return found;
    if (found.length > 0) message.tool_calls = found;
  }
  if (role === "tool") {
    for (const key of ["tool_call_id", "name"] as const) {
      const text = readText(item, key);
      if (typeof text !== "string") return text;
      if (text !== "") message[key] = text;
    }
  }
  return message;
}

/** Whether there are any: exports write null and [] where there are none. */
function calls({ tool_calls: list, function_call: call }: Fields): boolean {
  return (Array.isArray(list) ? list.length > 0 : list != null) || call != null;
}

/** A content: a text, or a list of parts that are texts. */
function readContent(value: unknown, field: string, mayLack: boolean): string | Faulty {
  if (value === null || value === undefined) {
    return mayLack ? "" : wrongType(field, "text", value);
  }
  if (!Array.isArray(value)) {
    return typeof value === "string"
      ? readText({ value }, "value")
      : wrongType(field, "text", value);
  }
  let text = "";
  for (const [index, part] of (value as unknown[]).entries()) {
    const place = `${field}[${index}]`;
    if (!isFields(part)) return wrongType(place, "an object", part);
    if (typeof part["text"] !== "string") {
      return fault("row_part", { field: place, type: show(part["type"]) });
    }
    const inner = readText(part, "text");
    if (typeof inner !== "string") return inner;
    text += inner;
  }
  return text;
}

function fromShareGpt(item: Fields, field: string, index: number): Message | Faulty {
  const role = roleOf(item["from"], index);
  if (typeof role !== "string") return role;
  const content = readContent(item["value"], `${field}.value`, false);
  if (typeof content !== "string") return content;
  if (item["from"] !== "function_call") return { role, content };
  let call: unknown;
  try {
    call = JSON.parse(content) as unknown;
  } catch {
    return fault("row_tool_call", { detail: "a function_call is no JSON" });
  }
  const found = readToolCalls(Array.isArray(call) ? call : [call]);
  return "fault" in found ? found : { role, content: "", tool_calls: found };
}

function roleOf(
  given: unknown,
  index: number,
  known?: ReadonlySet<string>,
): Message["role"] | Faulty {
  const role = typeof given === "string" && (known?.has(given) ?? true) ? roles[given] : undefined;
  const own = typeof given === "string" && Object.hasOwn(roles, given);
  return role && own ? role : fault("row_role", { role: show(given), message: index + 1 });
}

/** What no template can render sensibly; everything else is left to the model's own template. */
function checkOrder(messages: Message[]): { messages: Message[] } | Faulty {
  const [first, ...rest] = messages;
  if (!first || !messages.some(({ role }) => role === "user")) return fault("row_no_question");
  if (rest.some(({ role }) => role === "system")) {
    return fault("row_role_order", { detail: "a system message stands behind the first place" });
  }
  const last = messages.at(-1);
  if (!messages.some(({ role }) => role === "assistant")) return fault("row_no_answer");
  if (last?.role !== "assistant") {
    return fault("row_role_order", { detail: "the conversation does not end with an answer" });
  }
  if (last.content.trim() === "" && !last.tool_calls) return fault("row_no_answer");
  return { messages };
}
