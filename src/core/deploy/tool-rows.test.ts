import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../testing/temporary-workspace.ts";
import { countToolRows } from "./tool-rows.ts";

const asked = { role: "user", content: 'What does "tools": [] mean?' };
const call = { type: "function", function: { name: "find", arguments: {} } };

test("rows with tools, calls or what a tool said are counted, and no others", async () => {
  const folder = await temporaryFolder();
  await mkdir(join(folder, "data"));
  expect(await countToolRows(folder)).toBe(0);
  const rows = [
    { messages: [asked, { role: "assistant", content: '"tool_calls"' }] },
    { messages: [asked], tools: [{ type: "function" }] },
    { messages: [asked, { role: "assistant", content: "", tool_calls: [call] }] },
    { messages: [asked, { role: "tool", content: "x" }] },
    { messages: [], text: '"tools": 1' },
  ];
  const lines = rows.map((row) => `${JSON.stringify(row)}\n`).join("");
  await writeFile(join(folder, "data", "train.jsonl"), lines);
  await writeFile(join(folder, "data", "check.jsonl"), lines);
  expect(await countToolRows(folder)).toBe(6);
});
