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
