import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { findingSentence } from "#contract/findings.ts";
import { temporaryFolder } from "../../testing/temporary-workspace.ts";
import { scanFile } from "../scan.ts";
import { rewriteRow } from "../versions/rewrite.ts";
import { rowText } from "../versions/row-text.ts";
import { lookThrough } from "./look-through.ts";
import type { TemplateTools } from "./tool-findings.ts";

const knows: TemplateTools = {
  definitions: true,
  calls: true,
  results: true,
  model: "a/model",
};
const settings = { stop: [], tokens: [] };
const codes = [
  "tool_definitions_differ",
  "tool_fields_unread",
  "tool_definitions_refused",
  "tools_not_in_template",
];

const schema = { type: "object", required: ["place"], properties: { place: { type: "string" } } };
const tool = { name: "hours", description: "Opening hours", parameters: schema };
const reordered = { parameters: schema, name: "hours", description: "Opening hours" };
const refusing = { ...schema, properties: { place: { type: "string", required: true } } };

function row(index: number, definition: object = tool, args: object = { place: "x" }) {
  const call = { id: "c", type: "function", function: { name: "hours", arguments: args } };
  return {
    tools: [{ type: "function", function: definition }],
    messages: [
      { role: "user", content: `When does number ${index} open?` },
      { role: "assistant", content: null, tool_calls: [call] },
      { role: "tool", content: `${index}:00`, tool_call_id: "c" },
      { role: "assistant", content: `It opens at ${index}.` },
    ],
  };
}

async function store(rows: readonly object[]): Promise<string> {
  const path = join(await temporaryFolder(), "rows.jsonl");
  await writeFile(path, rows.map((one) => JSON.stringify(one)).join("\n"));
  return path;
}

async function look(rows: readonly object[], tools: TemplateTools | undefined = knows) {
  const source = { name: "rows.jsonl", role: "train" as const, path: await store(rows) };
  const { findings } = await lookThrough([source], { ...settings, ...(tools && { tools }) });
  return findings.map(({ finding }) => finding).filter(({ code }) => codes.includes(code));
}

/** The rows as the fix leaves them. */
async function fixed(rows: readonly object[], finding: "tool_definitions_differ") {
  const after: object[] = [];
  const path = await store(rows);
  for await (const scanned of scanFile(path, { name: "rows.jsonl" })) {
    for (const one of scanned) {
      const change = rewriteRow(one, { finding, fix: "write_tools" }, settings);
      if (change === null || "reason" in one) throw new Error("a row is gone");
      after.push(change ?? { messages: one.messages, tools: one.tools });
    }
  }
  return after;
}

describe.each([1, 2, 10, 43])("of %i rows", (count) => {
  const sound = Array.from({ length: count }, (_, index) => row(index));

  test("tools in Ollama's form are blamed for nothing", async () => {
    expect(await look(sound)).toEqual([]);
    // Arguments may come as a text: training has them as an object, too.
    const texts = sound.map((one) => JSON.parse(JSON.stringify(one)) as ReturnType<typeof row>);
    for (const { messages } of texts) {
      const [call] = messages[1]?.tool_calls ?? [];
      if (call) call.function.arguments = JSON.stringify(call.function.arguments) as never;
    }
    expect(await look(texts)).toEqual([]);
  });

  test.each([
    ["tool_definitions_differ", row(0, reordered), null],
    ["tool_definitions_differ", row(0, tool, { place: { b: 1, a: 2 } }), null],
    ["tool_fields_unread", row(0, { ...reordered, strict: true }), "strict"],
    ["tool_definitions_refused", row(0, { ...tool, parameters: refusing }), "required"],
  ])("the last one with %s is found", async (code, fault, found) => {
    const rows = [...sound.slice(1), fault];
    const [one, ...others] = await look(rows);
    expect(others).toEqual([]);
    expect(one).toMatchObject({ code, count: 1, rows: [{ line: count, found }] });
  });

  test("the fix writes all as Ollama does, and nothing is left to find", async () => {
    const rows = sound.map((_, index) => row(index, index % 2 === 0 ? reordered : tool));
    const after = await fixed(rows, "tool_definitions_differ");
    expect(after).toHaveLength(count);
    expect(JSON.stringify(after.at(0))).toContain(JSON.stringify(tool));
    expect(await look(after)).toEqual([]);
    expect(await fixed(after, "tool_definitions_differ")).toEqual(after);
  });
});

test("a fix of fields that Ollama leaves out drops these, and shows it", async () => {
  const rows = [row(0, { ...tool, strict: true })];
  const [after] = await fixed(rows, "tool_definitions_differ");
  expect(JSON.stringify(after)).not.toContain("strict");
  expect(rowText(after as never)).toMatch(/^tools: .*"name":"hours"/);
});

test("what Ollama refuses cannot be written otherwise", async () => {
  const rows = [row(0, { ...tool, parameters: refusing })];
  const [found] = await look(rows);
  expect(found?.fixes).toEqual(["leave_out"]);
  const [after] = await fixed(rows, "tool_definitions_differ");
  expect(JSON.stringify(after)).toContain('"required":true');
});

test("a template that leaves tools out is said instead, by what a row uses", async () => {
  const plain = { prompt: "What is a cloud?", completion: "Water that floats." };
  const { tools: _, ...onlyCalls } = row(1);
  const [asked, , said, told] = onlyCalls.messages;
  const onlySaid = { messages: [asked, said, told] };
  const rows = [row(0, reordered), onlyCalls, plain, onlySaid];
  const lines = async (template: TemplateTools) =>
    (await look(rows, template)).map(({ code, rows: found }) => [code, found.map((x) => x.line)]);
  expect(await lines({ ...knows, definitions: false, calls: false })).toEqual([
    ["tools_not_in_template", [1, 2]],
  ]);
  expect(await lines({ ...knows, definitions: false })).toEqual([["tools_not_in_template", [1]]]);
  expect(await lines({ ...knows, results: false })).toEqual([["tools_not_in_template", [1, 2, 4]]]);
});

test("without a known template nothing is said of tools", async () => {
  const source = {
    name: "r.jsonl",
    role: "train" as const,
    path: await store([row(0, reordered)]),
  };
  const { findings } = await lookThrough([source], settings);
  expect(findings.filter(({ finding }) => codes.includes(finding.code))).toEqual([]);
});

test("the ways in which tools differ are said in German as well", async () => {
  const rows = [row(0, reordered), row(1, { name: "hours" }), row(2, tool, { a: { b: 1, a: 2 } })];
  const [found] = await look(rows);
  expect(found?.message).toContain("fields in another order");
  const german = findingSentence("tool_definitions_differ", found?.params ?? {}, "de");
  expect(german).toContain(
    "Argumente von Aufrufen in anderer Reihenfolge, Felder in anderer Reihenfolge, Felder, die fehlen oder leer sind",
  );
});
