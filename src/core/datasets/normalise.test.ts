import { expect, test } from "vitest";
import { normalise } from "./normalise.ts";

const turn = (user: string, assistant: string, system?: string) => [
  ...(system === undefined ? [] : [{ role: "system", content: system }]),
  { role: "user", content: user },
  { role: "assistant", content: assistant },
];

test.each([
  [{ instruction: "Q", output: "A" }, turn("Q", "A")],
  [{ instruction: "Q", input: "", output: "A" }, turn("Q", "A")],
  [{ instruction: "Q", input: null, output: "A", id: 7 }, turn("Q", "A")],
  [{ instruction: "Q", input: "I", output: "A" }, turn("Q\n\nI", "A")],
  [{ instruction: "", input: "I", output: "A" }, turn("I", "A")],
  [{ system: "S", instruction: "Q", output: " A\n" }, turn("Q", " A\n", "S")],
  [{ prompt: "Q", completion: "A" }, turn("Q", "A")],
  [
    {
      prompt: [{ role: "user", content: "Q" }],
      completion: [{ role: "assistant", content: "A" }],
    },
    turn("Q", "A"),
  ],
  [{ messages: turn("Q", "A", "S") }, turn("Q", "A", "S")],
  [
    { messages: [...turn("1", "one"), ...turn("2", "two")] },
    [...turn("1", "one"), ...turn("2", "two")],
  ],
  [{ prompt: "x", messages: turn("Q", "A") }, turn("Q", "A")],
])("%j is a conversation", (value, messages) => {
  expect(normalise(value)).toEqual({ messages });
});

test.each([
  [[1], "row_not_object", {}],
  ["text", "row_not_object", {}],
  [null, "row_not_object", {}],
  [{}, "row_keys", { keys: "{}" }],
  [{ topic: "Q", note: "A" }, "row_keys", { keys: "topic, note" }],
  [{ prompt: "Q" }, "row_no_answer", {}],
  [{ output: "A" }, "row_no_question", {}],
  [{ instruction: "Q", output: "" }, "row_no_answer", {}],
  [{ instruction: "Q", output: null }, "row_no_answer", {}],
  [{ instruction: "Q", output: " \n" }, "row_no_answer", {}],
  [{ instruction: " ", output: "A" }, "row_no_question", {}],
  [{ instruction: "Q", output: 42 }, "row_field_type", { field: "output", found: "a number" }],
  [
    { prompt: true, completion: "A" },
    "row_field_type",
    { field: "prompt", found: "true or false" },
  ],
  [{ instruction: "Q", output: "\ud83d" }, "row_surrogate", {}],
  [{ messages: "hi" }, "row_field_type", { field: "messages", found: "text" }],
  [{ messages: [] }, "row_no_question", {}],
  [{ messages: [{ role: "user", content: "Q" }] }, "row_no_answer", {}],
  [{ messages: [...turn("Q", "A"), { role: "user", content: "Q" }] }, "row_role_order", {}],
  [{ messages: [{ role: "assistant", content: "A" }] }, "row_no_question", {}],
  [{ messages: [...turn("Q", "A"), ...turn("Q", "A", "S")] }, "row_role_order", {}],
  [
    { messages: [{ role: "narrator", content: "x" }] },
    "row_role",
    { role: "narrator", message: 1 },
  ],
  [{ messages: [{ role: null, content: "x" }] }, "row_role", { role: "null", message: 1 }],
  [
    { messages: [{ role: "user", content: 5 }] },
    "row_field_type",
    { field: "messages[0].content", found: "a number" },
  ],
  [{ messages: [3] }, "row_field_type", { field: "messages[0]", found: "a number" }],
  [{ messages: [...turn("Q", "A\udc00")] }, "row_surrogate", {}],
])("%j is refused as %s", (value, code, params) => {
  expect(normalise(value)).toEqual({ fault: { code, params: expect.objectContaining(params) } });
});

test("tools and calls come in one form, whichever the row has", () => {
  const definition = { name: "find", parameters: { type: "object" } };
  const asked = { role: "user", content: "Q" };
  const call = { type: "function", function: { name: "find", arguments: { name: "Sol" } } };
  const canonical = {
    messages: [
      asked,
      { role: "assistant", content: "", tool_calls: [call] },
      { role: "tool", content: "white" },
      { role: "assistant", content: "White." },
    ],
    tools: [{ type: "function", function: definition }],
  };
  const openAi = {
    functions: [definition],
    messages: [
      asked,
      {
        role: "assistant",
        content: null,
        function_call: { name: "find", arguments: '{"name":"Sol"}' },
      },
      { role: "function", content: "white" },
      { role: "assistant", content: [{ type: "text", text: "White." }] },
    ],
  };
  const shareGpt = {
    tools: JSON.stringify([definition]),
    conversations: [
      { from: "human", value: "Q" },
      { from: "function_call", value: '{"name":"find","arguments":{"name":"Sol"}}' },
      { from: "observation", value: "white" },
      { from: "gpt", value: "White." },
    ],
  };
  expect(normalise(openAi)).toEqual(canonical);
  expect(normalise(shareGpt)).toEqual(canonical);
});

test("what a person says of the columns counts more than their names", () => {
  const row = { question: "A", answer: "Q", split: "test" };
  expect(normalise(row)).toEqual({ messages: turn("A", "Q"), side: "check" });
  expect(normalise(row, { question: "answer", answer: "question" })).toEqual({
    messages: turn("Q", "A"),
  });
  expect(normalise(row, { text: "answer" })).toEqual({ messages: [], text: "Q" });
});
