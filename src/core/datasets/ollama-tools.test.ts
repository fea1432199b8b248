import { describe, expect, test } from "vitest";
import { compareTools, ollamaCalls, ollamaTools } from "./ollama-tools.ts";

const parameters = {
  type: "object",
  required: ["place"],
  properties: { place: { type: "string", description: "Where" }, day: { type: "string" } },
};
const own = { name: "hours", description: "Opening hours", parameters };
const tool = (inner: object = own, outer: object = {}) => ({
  type: "function",
  function: inner,
  ...outer,
});
const withParameters = (given: object) => tool({ ...own, parameters: given });
const withProperty = (property: unknown) =>
  withParameters({ type: "object", properties: { it: property } });
const none = { dropped: [], reordered: false, rewritten: false, argumentsReordered: false };
const of = (given: object) => compareTools({ messages: [], tools: [given as never] });
/** What JSON makes of it, so that the order of fields counts. */
const text = (given: object) => JSON.stringify(ollamaTools([given as never]));

test("definitions in Ollama's form stay as they are", () => {
  expect(text(tool())).toBe(JSON.stringify([tool()]));
  expect(of(tool())).toEqual(none);
});

test.each([
  ["of a function", tool({ description: "Opening hours", name: "hours", parameters })],
  ["of a tool", { function: own, type: "function" }],
  [
    "of parameters",
    withParameters({ type: "object", properties: parameters.properties, required: ["place"] }),
  ],
  [
    "of a property",
    withParameters({
      ...parameters,
      properties: { place: { description: "Where", type: "string" }, day: { type: "string" } },
    }),
  ],
])("fields %s are put into Ollama's order", (_name, given) => {
  expect(text(given)).toBe(JSON.stringify([tool()]));
  expect(of(given)).toEqual({ ...none, reordered: true });
});

test.each([
  [["strict"], tool({ ...own, strict: true })],
  [["strict"], tool(own, { strict: false })],
  [["additionalProperties"], withParameters({ ...parameters, additionalProperties: false })],
  [["default", "format"], withProperty({ type: "string", default: "x", format: "date" })],
  [["title"], withProperty({ type: "object", properties: { a: { title: "A" } } })],
  [["minimum"], withProperty({ anyOf: [{ type: "integer", minimum: 1 }, { type: "null" }] })],
])("the fields %j are left out, and said", (dropped, given) => {
  expect(of(given)).toMatchObject({ dropped, reordered: false });
  for (const field of dropped) expect(text(given)).not.toContain(field);
});

test("what says nothing goes without a loss, and what is missing is put in", () => {
  const empty = {
    type: "object",
    required: [],
    properties: { it: { type: ["string"], enum: [] } },
  };
  expect(of(withParameters(empty))).toEqual({ ...none, rewritten: true });
  expect(text(withParameters(empty))).toContain(
    '{"type":"object","properties":{"it":{"type":"string"}}}',
  );
  expect(text(tool({ name: "now", strict: null }))).toBe(
    '[{"type":"function","function":{"name":"now","description":"","parameters":{"type":"object","properties":{}}}}]',
  );
  expect(of(tool({ name: "now", strict: null }))).toEqual({ ...none, rewritten: true });
});

test("several types, free schemas and fields named like methods are kept", () => {
  const property = { type: ["string", "null"], items: { $ref: "#/$defs/a" }, enum: [1, null, {}] };
  expect(of(withProperty(property))).toEqual(none);
  expect(of(withParameters({ type: "object", $defs: {}, properties: {} }))).toEqual(none);
  const named = { type: "object", properties: { toString: { type: "string" }, constructor: {} } };
  expect(of(withParameters(named))).toEqual(none);
  expect(of(withProperty({ type: "string", constructor: 1 }))).toMatchObject({
    dropped: ["constructor"],
  });
});

test("objects that Ollama has no type for are sorted by name, at every depth", () => {
  const given = withProperty({ items: { type: "object", properties: { b: {}, a: {} } } });
  expect(of(given)).toEqual({ ...none, reordered: true });
  expect(text(given)).toContain('"items":{"properties":{"a":{},"b":{}},"type":"object"}');
});

test.each([
  ["type", { function: own }],
  ["type", { type: "web_search", function: own }],
  ["required", withProperty({ type: "string", required: true })],
  ["it", withProperty(true)],
  ["description", tool({ ...own, description: 3 })],
  ["enum", withProperty({ enum: "a" })],
  ["type", withProperty({ type: { of: "string" } })],
  ["properties", withParameters({ type: "object", properties: [] })],
])("Ollama refuses the field %s", (field, given) => {
  expect(of(given)).toEqual({ refused: field });
});

test("arguments keep their order, objects inside them are sorted", () => {
  const call = (args: Record<string, unknown>) => ({
    id: "call_1",
    type: "function" as const,
    function: { name: "hours", arguments: args },
  });
  const plain = call({ place: "x", day: [{ a: 1, b: 2 }] });
  const nested = call({ place: "x", day: [{ b: 2, a: 1 }] });
  expect(JSON.stringify(ollamaCalls([nested]))).toBe(JSON.stringify([plain]));
  const compare = (given: typeof plain) => compareTools({ messages: [{ tool_calls: [given] }] });
  expect(compare(plain)).toEqual(none);
  expect(compare(nested)).toEqual({ ...none, argumentsReordered: true });
});

describe.each([1, 2, 10, 43])("of %i definitions", (count) => {
  test("each is written once, and writing again changes nothing", () => {
    const tools = Array.from({ length: count }, (_, index) =>
      tool({ parameters, name: `tool_${index}`, strict: true }),
    );
    const once = ollamaTools(tools);
    expect(once).toHaveLength(count);
    if ("refused" in once) throw new Error(once.refused);
    expect(compareTools({ messages: [], tools: once })).toEqual(none);
    expect(ollamaTools(once)).toEqual(once);
  });
});
