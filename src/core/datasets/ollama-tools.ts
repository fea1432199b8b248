import type { Message, ToolCall } from "#contract/dataset.ts";
import { isFields } from "./row-values.ts";
import type { Fields } from "./row-values.ts";

/*
 * How Ollama 0.34.1 writes tools: it reads definitions into types of its own (api/types.go), and its
 * llama-server reads those into types of its own again, so that of a definition only known fields
 * are left, in their order, whatever stood there. A template that prints definitions shows it.
 */

interface RowWithTools {
  readonly messages: readonly Pick<Message, "tool_calls">[];
  readonly tools?: readonly Fields[] | undefined;
}

/** In what Ollama's form of a row's tools differs from how they stand there. */
export interface ToolDifferences {
  /** Names of fields that Ollama leaves out, though they say something. */
  readonly dropped: readonly string[];
  readonly reordered: boolean;
  /** Fields that say nothing go, missing ones are put in, a list of one type becomes a text. */
  readonly rewritten: boolean;
  readonly argumentsReordered: boolean;
}
/** Ollama answers such a definition with an error, because of this field. */
export interface RefusedTools {
  readonly refused: string;
}

class RefusedField extends Error {}

/**
 * The definitions in the form that Ollama leaves as it is, or the field for which it takes none of
 * them.
 */
export function ollamaTools(tools: readonly Fields[]): Fields[] | RefusedTools {
  try {
    return tools.map(toTool);
  } catch (error) {
    if (error instanceof RefusedField) return { refused: error.message };
    throw error;
  }
}

/** Calls as Ollama writes them: arguments in their own order, objects inside them by name. */
export const ollamaCalls = (calls: readonly ToolCall[]): ToolCall[] =>
  calls.map((call) => {
    const { name, arguments: given } = call.function;
    const values = Object.entries(given).map(([key, value]) => [key, sorted(value)] as const);
    return { ...call, function: { name, arguments: Object.fromEntries(values) } };
  });

/** What Ollama would write otherwise in a row's definitions and calls. */
export function compareTools({
  tools = [],
  messages,
}: RowWithTools): ToolDifferences | RefusedTools {
  const written = ollamaTools(tools);
  if ("refused" in written) return written;
  const found: Walk = { dropped: new Set(), reordered: false, rewritten: false };
  compare(tools, written, found);
  const calls = messages.flatMap(({ tool_calls: list }) => list ?? []);
  const argumentsReordered = JSON.stringify(calls) !== JSON.stringify(ollamaCalls(calls));
  return { ...found, dropped: [...found.dropped].sort(), argumentsReordered };
}

interface Walk {
  dropped: Set<string>;
  reordered: boolean;
  rewritten: boolean;
}

function compare(given: unknown, written: unknown, found: Walk): void {
  if (Array.isArray(given) && Array.isArray(written) && given.length === written.length) {
    given.forEach((item, index) => compare(item, written[index], found));
  } else if (isFields(given) && isFields(written)) {
    const stay = Object.keys(given).filter((name) => Object.hasOwn(written, name));
    const order = Object.keys(written).filter((name) => Object.hasOwn(given, name));
    found.reordered ||= stay.some((name, index) => name !== order[index]);
    found.rewritten ||= order.length < Object.keys(written).length;
    for (const [name, value] of Object.entries(given)) {
      if (Object.hasOwn(written, name)) compare(value, written[name], found);
      else if (saysNothing(value)) found.rewritten = true;
      else found.dropped.add(name);
    }
  } else found.rewritten ||= given !== written;
}

const saysNothing = (value: unknown): boolean =>
  value === null || value === "" || (Array.isArray(value) && value.length === 0);

type Read = (value: unknown, field: string) => unknown;

const toTool = (tool: Fields): Fields => {
  // llama-server takes no other type.
  if (tool["type"] !== "function") throw new RefusedField("type");
  const inner = object(tool["function"], "function");
  return {
    type: "function",
    function: {
      name: text(inner["name"], "name"),
      // llama-server writes one even where there is none.
      description: text(inner["description"], "description"),
      parameters: toParameters(inner["parameters"]),
    },
  };
};

/** Without parameters Ollama writes a schema of no type, which its llama-server then refuses. */
function toParameters(given: unknown): Fields {
  const fields = object(given ?? {}, "parameters");
  return {
    type: text(fields["type"], "type") || "object",
    ...kept(fields, { $defs: sorted, items: sorted, required: texts }),
    properties: toProperties(fields["properties"] ?? {}),
  };
}

const toProperties = (given: unknown): Fields =>
  Object.fromEntries(
    Object.entries(object(given, "properties")).map(([name, value]) => [
      name,
      toProperty(value, name),
    ]),
  );

const toProperty: Read = (value, name) =>
  kept(object(value ?? {}, name), {
    anyOf: (list, field) => listOf(list, field).map((item) => toProperty(item, field)),
    type: types,
    items: sorted,
    description: text,
    enum: (list, field) => listOf(list, field).map(sorted),
    properties: toProperties,
    required: texts,
  });

/** The fields that are there, in this order; but for free ones, those that say something. */
function kept(fields: Fields, readers: Record<string, Read>): Fields {
  const found: Fields = {};
  for (const [name, read] of Object.entries(readers)) {
    const given = fields[name];
    if (given == null) continue;
    const value = read(given, name);
    if (read === sorted || !saysNothing(value)) found[name] = value;
  }
  return found;
}

function text(value: unknown, field: string): string {
  if (value != null && typeof value !== "string") throw new RefusedField(field);
  return value ?? "";
}

function listOf(value: unknown, field: string): unknown[] {
  if (!Array.isArray(value)) throw new RefusedField(field);
  return value as unknown[];
}

const texts = (value: unknown, field: string): string[] =>
  listOf(value, field).map((item) => text(item, field));

/** One type alone stands as a text, several as a list. */
function types(value: unknown, field: string): string | string[] {
  if (typeof value === "string") return value;
  const list = texts(value, field);
  const [only] = list;
  return list.length === 1 && only !== undefined ? only : list;
}

function object(value: unknown, field: string): Fields {
  if (!isFields(value)) throw new RefusedField(field);
  return value;
}

/** What Ollama has no type for: as it is, with the fields of objects by name. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return (value as unknown[]).map((item) => sorted(item));
  if (!isFields(value)) return value;
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(fields.map(([name, inner]) => [name, sorted(inner)]));
}
