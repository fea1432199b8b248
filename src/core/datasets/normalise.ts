import type { Message } from "#contract/dataset.ts";
import { fault } from "./fault.ts";
import type { Fault } from "./fault.ts";

export type Normalised = { messages: Message[] } | { fault: Fault };
type Fields = Record<string, unknown>;

/**
 * A row in one of the known forms as a conversation: `messages`, `prompt`/`completion`, or
 * `instruction`/`input`/`output` with an optional `system`. Faults: row_*.
 */
export function normalise(value: unknown): Normalised {
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    return fault("row_not_object");
  }
  const fields = value as Fields;
  if (has(fields, "messages")) return fromMessages(fields["messages"]);
  if (has(fields, "prompt") && has(fields, "completion")) return fromPrompt(fields);
  if (has(fields, "instruction") && has(fields, "output")) return fromInstruction(fields);
  const missing = missingHalf(fields);
  if (missing) return fault(missing);
  const keys = Object.keys(fields).slice(0, 8).join(", ");
  return fault("row_keys", { keys: keys === "" ? "{}" : keys });
}

/** One half of a known form says which half is missing. */
function missingHalf(fields: Fields): "row_no_answer" | "row_no_question" | undefined {
  if (has(fields, "prompt") || has(fields, "instruction")) return "row_no_answer";
  if (has(fields, "completion") || has(fields, "output")) return "row_no_question";
  return undefined;
}

function fromInstruction(fields: Fields): Normalised {
  const texts = readTexts(fields, ["instruction", "input", "output", "system"]);
  if ("fault" in texts) return texts;
  const question = [texts.instruction, texts.input].filter((text) => text.trim() !== "");
  return conversation(texts.system, question.join("\n\n"), texts.output);
}

function fromPrompt(fields: Fields): Normalised {
  const { prompt, completion } = fields;
  if (Array.isArray(prompt) && Array.isArray(completion)) {
    return fromMessages([...(prompt as unknown[]), ...(completion as unknown[])]);
  }
  const texts = readTexts(fields, ["prompt", "completion", "system"]);
  if ("fault" in texts) return texts;
  return conversation(texts.system, texts.prompt, texts.completion);
}

function conversation(system: string, question: string, answer: string): Normalised {
  if (question.trim() === "") return fault("row_no_question");
  if (answer.trim() === "") return fault("row_no_answer");
  const messages: Message[] = system === "" ? [] : [{ role: "system", content: system }];
  messages.push({ role: "user", content: question }, { role: "assistant", content: answer });
  return { messages };
}

function fromMessages(list: unknown): Normalised {
  if (!Array.isArray(list)) {
    return wrongType("messages", "a list", list);
  }
  const messages: Message[] = [];
  for (const [index, item] of list.entries()) {
    const field = `messages[${index}]`;
    if (item === null || typeof item !== "object" || Array.isArray(item)) {
      return wrongType(field, "an object", item);
    }
    const { role, content } = item as Fields;
    if (role !== "system" && role !== "user" && role !== "assistant") {
      return fault("row_role", { role: show(role), message: index + 1 });
    }
    if (typeof content !== "string") {
      return wrongType(`${field}.content`, "text", content);
    }
    if (!content.isWellFormed()) return fault("row_surrogate");
    messages.push({ role, content });
  }
  return checkOrder(messages);
}

/** What no template can render sensibly; everything else is left to the model's own template. */
function checkOrder(messages: Message[]): Normalised {
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
  if (last.content.trim() === "") return fault("row_no_answer");
  return { messages };
}

/** The named fields as texts; absent ones and nulls as empty. */
function readTexts<K extends string>(
  fields: Fields,
  keys: readonly K[],
): Record<K, string> | { fault: Fault } {
  const texts = {} as Record<K, string>;
  for (const key of keys) {
    const value = fields[key] ?? "";
    if (typeof value !== "string") return wrongType(key, "text", value);
    if (!value.isWellFormed()) return fault("row_surrogate");
    texts[key] = value;
  }
  return texts;
}

const kinds: Record<string, string> = {
  string: "text",
  number: "a number",
  boolean: "true or false",
};

function wrongType(field: string, expected: string, value: unknown): { fault: Fault } {
  return fault("row_field_type", { field, expected, found: kind(value) });
}

function has(fields: Fields, key: string): boolean {
  return Object.hasOwn(fields, key);
}

function kind(value: unknown): string {
  if (value === null) return "null";
  if (value === undefined) return "missing";
  if (Array.isArray(value)) return "a list";
  return kinds[typeof value] ?? "an object";
}

function show(value: unknown): string {
  return typeof value === "string" ? value.slice(0, 40) : kind(value);
}
