import { expect, test } from "vitest";
import { AppError } from "#contract/errors.ts";
import { plainDifference } from "./difference.ts";
import type { GoldenTools } from "./golden.ts";
import { refused, type GoldenResult } from "./golden-check.ts";
import { proveTools } from "./tool-proof.ts";

const parameters = { type: "object", properties: {} };
const own = { name: "now", description: "", parameters };
const row = (id: string, definition: object): GoldenTools => ({
  id,
  messages: [{ role: "user", content: "What time is it?" }],
  tools: [{ type: "function", function: definition }],
  prompt: "…",
  ids: [1],
});
const equal: GoldenResult = { promptEqual: true, countEqual: true, difference: null };
const differs = (id: string): GoldenResult => ({
  promptEqual: false,
  countEqual: false,
  difference: async () => plainDifference("prompt", id, { index: 4 }),
});

test("rows are told apart, each with its cause, and none ends the proof", async () => {
  const rows = [
    row("equal", own),
    row("strict", { ...own, strict: true }),
    row("odd", own),
    row("refused", own),
  ];
  const error = new AppError("ollama_refused", { path: "/", status: 400, detail: "no tools" });
  let asked = 0;
  const proof = await proveTools(
    rows,
    async ({ id }) => {
      if (id === "equal") return equal;
      if (id !== "refused") return differs(id);
      return { promptEqual: false, countEqual: false, difference: refused(error, id) };
    },
    () => (asked += 1),
  );
  expect(asked).toBe(4);
  expect(proof).toMatchObject({ equal: 1, total: 4 });
  const causes = proof.differing.map(({ id, causes: found }) => [
    id,
    found.map(({ code, params }) => [code, params]),
  ]);
  expect(causes).toEqual([
    ["strict", [["tool_fields_left_out", { fields: "strict" }]]],
    ["odd", [["tool_cause_unknown", {}]]],
    ["refused", [["tool_refused", { detail: "no tools" }]]],
  ]);
  expect(proof.differing[0]?.difference).toMatchObject({ conversation: "strict", index: 4 });
});
