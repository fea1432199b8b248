import { fault } from "./fault.ts";
import type { Fault } from "./fault.ts";

export type Fields = Record<string, unknown>;
export type Faulty = { fault: Fault };

/** The texts of named fields; absent ones and nulls as empty. Faults: row_field_type, row_surrogate. */
export function readText(fields: Fields, key: string | undefined): string | Faulty {
  const value = key === undefined ? "" : (fields[key] ?? "");
  if (typeof value !== "string") return wrongType(key ?? "", "text", value);
  return value.isWellFormed() ? value : fault("row_surrogate");
}

export function isFields(value: unknown): value is Fields {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

export function wrongType(field: string, expected: string, value: unknown): Faulty {
  return fault("row_field_type", { field, expected, found: kind(value) });
}

const kinds: Record<string, string> = {
  string: "text",
  number: "a number",
  boolean: "true or false",
};

function kind(value: unknown): string {
  if (value === null) return "null";
  if (value === undefined) return "missing";
  if (Array.isArray(value)) return "a list";
  return kinds[typeof value] ?? "an object";
}

export function show(value: unknown): string {
  return typeof value === "string" ? value.slice(0, 40) : kind(value);
}

/** A JSON text inside a text, as tables and ShareGPT carry lists; undefined where it is none. */
export function parseInner(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Whether every text inside is made of whole characters. Deep values are walked without a stack. */
export function isWhole(value: unknown): boolean {
  const open: unknown[] = [value];
  for (let next = open.pop(); open.length > 0 || next !== undefined; next = open.pop()) {
    if (typeof next === "string") {
      if (!next.isWellFormed()) return false;
    } else if (Array.isArray(next)) for (const inner of next as unknown[]) open.push(inner);
    else if (isFields(next)) for (const [key, inner] of Object.entries(next)) open.push(key, inner);
  }
  return true;
}
