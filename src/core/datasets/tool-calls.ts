import type { ToolCall } from "#contract/dataset.ts";
import { fault } from "./fault.ts";
import { isFields, isWhole, parseInner, show } from "./row-values.ts";
import type { Faulty, Fields } from "./row-values.ts";

/** Templates render what is inside; deeper than any real schema, they would fail. */
const deepest = 64;

/** An answer's calls in one form: arguments as an object. Faults: row_tool_call, row_surrogate. */
export function readToolCalls(list: unknown): ToolCall[] | Faulty {
  if (!Array.isArray(list)) return fault("row_tool_call", { detail: "tool_calls is no list" });
  const calls: ToolCall[] = [];
  for (const item of list as unknown[]) {
    const call = readToolCall(item);
    if ("fault" in call) return call;
    calls.push(call);
  }
  return calls;
}

/** One call: OpenAI's, or the bare name and arguments of its older form and of ShareGPT. */
function readToolCall(item: unknown): ToolCall | Faulty {
  if (!isFields(item)) return fault("row_tool_call", { detail: "a call is no object" });
  const inner = isFields(item["function"]) ? item["function"] : item;
  const { name } = inner;
  if (typeof name !== "string" || name === "") {
    return fault("row_tool_call", { detail: "a call names no function" });
  }
  const given = inner["arguments"] ?? {};
  const args = typeof given === "string" ? (given.trim() === "" ? {} : parseInner(given)) : given;
  if (!isFields(args)) {
    return fault("row_tool_call", { detail: `the arguments of ${show(name)} are no JSON object` });
  }
  if (!isWhole(args) || !name.isWellFormed()) return fault("row_surrogate");
  if (isTooDeep(args)) {
    return fault("row_tool_call", { detail: `the arguments of ${show(name)} are nested too deep` });
  }
  const id = item["id"];
  return {
    ...(typeof id === "string" && { id }),
    type: "function",
    function: { name, arguments: args },
  };
}

/** The definitions of tools, also as a JSON text, or as a bare list of functions. Fault: row_tools. */
export function readTools(given: unknown): Fields[] | Faulty {
  const value = typeof given === "string" ? parseTools(given) : (given ?? []);
  if (!Array.isArray(value)) return fault("row_tools", { detail: "they are no list" });
  const tools: Fields[] = [];
  for (const item of value as unknown[]) {
    if (!isFields(item)) return fault("row_tools", { detail: "one of them is no object" });
    if (!isWhole(item)) return fault("row_surrogate");
    if (isTooDeep(item)) return fault("row_tools", { detail: "one of them is nested too deep" });
    const bare = !isFields(item["function"]);
    const inner = bare ? item : (item["function"] as Fields);
    if (typeof inner["name"] !== "string" || inner["name"] === "") {
      return fault("row_tools", { detail: "one of them has no name" });
    }
    tools.push(bare ? { type: "function", function: item } : item);
  }
  return tools;
}

const parseTools = (text: string): unknown => (text.trim() === "" ? [] : parseInner(text));

function isTooDeep(value: unknown): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > deepest) return true;
    level = level.flatMap((inner) =>
      inner !== null && typeof inner === "object" ? (Object.values(inner) as unknown[]) : [],
    );
  }
  return false;
}
