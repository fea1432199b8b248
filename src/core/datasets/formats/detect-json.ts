import { findColumns } from "./columns.ts";
import type { JsonRoot } from "./format.ts";
import { parseInner } from "../row-values.ts";

/** A text that begins like JSON: lines of it, or one of the shapes that go over many lines. */
export type JsonShape = "jsonl" | JsonRoot;

/**
 * How the rows stand in a text that begins with a bracket. `whole` says whether `text` is all of it
 * or its beginning; `lines` whether the file's name speaks for JSON lines.
 */
export function detectJson(text: string, whole: boolean, lines: boolean): JsonShape {
  const all = text.split("\n").filter((line) => line.trim() !== "");
  const complete = whole ? all : all.slice(0, -1);
  const values = complete.slice(0, 20).map((line) => parseInner(line));
  const [first] = values;
  const single = whole && all.length === 1;
  if (text.trimStart().startsWith("[")) {
    const isLine = Array.isArray(first) && !single;
    return isLine || (lines && values.some(isObject)) ? "jsonl" : { kind: "list" };
  }
  if (isObject(first)) {
    const key = single ? listKey(first) : undefined;
    return key === undefined ? "jsonl" : { kind: "key", key };
  }
  if (values.some(isObject) || (first !== undefined && lines)) return "jsonl";
  const outer = outerKeys(text);
  if (!outer) return "jsonl";
  const { keys, lists } = outer;
  if (findColumns(keys).form === null && lists[0] !== undefined)
    return { kind: "key", key: lists[0] };
  // A first line that is broken is a broken line, unless the object really goes on over more.
  return /^\s*\{\s*("(?:[^"\\]|\\.)*"\s*:[^\n]*)?\n/.test(text) && !lines && outer.keys.length > 0
    ? { kind: "objects" }
    : "jsonl";
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === "object" && !Array.isArray(value);

/** The key of an object's only list of rows, if the object is no row itself. */
function listKey(value: Record<string, unknown>): string | undefined {
  if (findColumns(Object.keys(value)).form !== null) return undefined;
  const lists = Object.entries(value).filter(
    ([, inner]) => Array.isArray(inner) && inner.length > 0 && inner.every(isObject),
  );
  return lists.length === 1 ? lists[0]?.[0] : undefined;
}

/** The keys of the outermost object as far as the text goes, and which of them hold lists of objects. */
function outerKeys(text: string): { keys: string[]; lists: string[] } | undefined {
  const token = /"(?:[^"\\]|\\.)*"|[{}[\]]|[^\s"{}[\],:]+|[,:]/gy;
  const keys: string[] = [];
  const lists: string[] = [];
  let depth = 0;
  let key: string | undefined;
  let before = "";
  token.lastIndex = text.search(/\S/);
  for (;;) {
    while (/\s/.test(text[token.lastIndex] ?? "")) token.lastIndex += 1;
    const [piece] = token.exec(text) ?? [];
    if (piece === undefined) break;
    if (piece === "{" && before === "[" && depth === 2 && key !== undefined) lists.push(key);
    if (piece === "{" || piece === "[") depth += 1;
    else if (piece === "}" || piece === "]") depth -= 1;
    else if (depth === 1 && piece === ":" && before.startsWith('"')) {
      key = String(parseInner(before));
      keys.push(key);
    } else if (depth === 1 && piece === ",") key = undefined;
    before = piece;
    if (depth <= 0) break;
  }
  return keys.length > 0 ? { keys, lists } : undefined;
}
