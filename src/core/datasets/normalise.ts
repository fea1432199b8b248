import type { Columns } from "#contract/data-format.ts";
import type { Conversation, Message } from "#contract/dataset.ts";
import { fault } from "./fault.ts";
import { findColumns } from "./formats/columns.ts";
import { readMessages } from "./normalise-messages.ts";
import { isFields, parseInner, readText } from "./row-values.ts";
import type { Faulty, Fields } from "./row-values.ts";
import { readTools } from "./tool-calls.ts";

/** What a row teaches, and the set that it names itself. */
export type Normalised = (Conversation & { side?: "train" | "check" }) | Faulty;

/**
 * A row in one of the known forms, found by its keys, or by the columns that a person named.
 * Faults: row_*.
 */
export function normalise(value: unknown, mapped: Columns | null = null): Normalised {
  if (!isFields(value)) return fault("row_not_object");
  const columns = mapped ?? columnsOf(Object.keys(value));
  const result = read(value, columns);
  if ("fault" in result) return result;
  const side = sideOf(columns.split === undefined ? undefined : value[columns.split]);
  return side ? { ...result, side } : result;
}

function read(fields: Fields, columns: Columns): Conversation | Faulty {
  const { messages, question, answer, text } = columns;
  if (messages !== undefined) return fromMessages(fields, messages, columns);
  if (question !== undefined && answer !== undefined) return fromPair(fields, columns);
  if (question !== undefined) return fault("row_no_answer");
  if (answer !== undefined) return fault("row_no_question");
  if (text !== undefined) return fromText(fields, text);
  const keys = Object.keys(fields).slice(0, 8).join(", ").slice(0, 200);
  return fault("row_keys", { keys: keys === "" ? "{}" : keys });
}

/** Rows of a file have the same keys again and again. */
const known = new Map<string, Columns>();
const mostKnown = 1000;

function columnsOf(keys: readonly string[]): Columns {
  const id = keys.join("\u0000");
  const found = known.get(id);
  if (found) return found;
  const { columns } = findColumns(keys);
  if (known.size >= mostKnown) known.clear();
  known.set(id, columns);
  return columns;
}

function fromMessages(fields: Fields, name: string, columns: Columns): Conversation | Faulty {
  const value = fields[name];
  const list =
    typeof value === "string" && value.trim().startsWith("[") ? parseInner(value) : value;
  const result = readMessages(list ?? value, name);
  if ("fault" in result) return result;
  const system = readText(fields, columns.system);
  if (typeof system !== "string") return system;
  return withTools(withSystem(system, result.messages), fields, columns);
}

function fromPair(fields: Fields, columns: Columns): Conversation | Faulty {
  const [question, answer] = [columns.question ?? "", columns.answer ?? ""];
  const [asked, told] = [fields[question], fields[answer]];
  if (Array.isArray(asked) && Array.isArray(told)) {
    const result = readMessages([...(asked as unknown[]), ...(told as unknown[])], "messages");
    return "fault" in result ? result : withTools(result.messages, fields, columns);
  }
  const [ask, input] = [readText(fields, question), readText(fields, columns.input)];
  const [tell, system] = [readText(fields, answer), readText(fields, columns.system)];
  if (typeof ask !== "string") return ask;
  if (typeof input !== "string") return input;
  if (typeof tell !== "string") return tell;
  if (typeof system !== "string") return system;
  const content = [ask, input].filter((part) => part.trim() !== "").join("\n\n");
  if (content === "") return fault("row_no_question");
  if (tell.trim() === "") return fault("row_no_answer");
  const messages: Message[] = [
    { role: "user", content },
    { role: "assistant", content: tell },
  ];
  return withTools(withSystem(system, messages), fields, columns);
}

function fromText(fields: Fields, key: string): Conversation | Faulty {
  const text = readText(fields, key);
  if (typeof text !== "string") return text;
  return text.trim() === "" ? fault("row_no_text") : { messages: [], text };
}

const withSystem = (system: string, messages: Message[]): Message[] =>
  system.trim() === "" || messages[0]?.role === "system"
    ? messages
    : [{ role: "system", content: system }, ...messages];

function withTools(
  messages: Message[],
  fields: Fields,
  { tools: key }: Columns,
): Conversation | Faulty {
  const given = key === undefined ? undefined : fields[key];
  if (given === undefined || given === null) return { messages };
  const tools = readTools(given);
  if ("fault" in tools) return tools;
  return tools.length > 0 ? { messages, tools } : { messages };
}

const checkNames = new Set([
  "check",
  "test",
  "validation",
  "valid",
  "val",
  "eval",
  "dev",
  "held_out",
]);

/** The set that a row names; any other word than those known is none. */
function sideOf(value: unknown): "train" | "check" | undefined {
  if (typeof value !== "string") return undefined;
  const name = value.trim().toLowerCase();
  if (name === "train" || name === "training") return "train";
  return checkNames.has(name) ? "check" : undefined;
}
