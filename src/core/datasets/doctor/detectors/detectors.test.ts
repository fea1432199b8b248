import { expect, test } from "vitest";
import { asked, turns, unusable } from "../testing/rows.ts";
import { findCopy } from "./copied-answer.ts";
import { findCutOff } from "./cut-off.ts";
import { hint, maskPersonal, maskSecrets } from "./mask.ts";
import { findPersonal } from "./personal-data.ts";
import { findPlaceholder } from "./placeholder.ts";
import { findRefusal } from "./refusal.ts";
import { findRoleOrder } from "./role-order.ts";
import { findSecrets } from "./secrets.ts";
import { findSpecialToken, removeSpecialTokens } from "./special-token.ts";
import { findStop, removeStops } from "./stop-text.ts";
import { findThinking, findToolTrace, removeThoughts } from "./traces.ts";

const answer = (text: string) => asked("How do I clean the chain?", text);

test.each([
  "",
  "  ",
  "TODO",
  "tbd.",
  "N/A",
  "...",
  "—",
  "[insert answer here]",
  "{{output}}",
  "xxx",
  "null",
  "Lorem ipsum dolor sit amet",
  "(Antwort folgt)",
  "TODO: ask Maud",
])("a placeholder: %j", (text) => expect(findPlaceholder(answer(text))).toBeDefined());
test.each([
  "Yes.",
  "No",
  "42",
  "Null",
  "None of them.",
  "A to-do list has three parts.",
  "[1, 2, 3]",
  "<b>bold</b> and plain",
  "a, b",
  "(see above) It is twelve.",
  "Todos los días.",
])("no placeholder: %j", (text) => expect(findPlaceholder(answer(text))).toBeUndefined());
test("what the ledger left out for its empty answer is one, and a mere tool call is none", () => {
  expect(findPlaceholder(unusable("row_no_answer"))).toBeDefined();
  expect(findPlaceholder(unusable("row_json"))).toBeUndefined();
  const call = { type: "function" as const, function: { name: "clock", arguments: {} } };
  const row = turns(["user", "What time is it?"], ["assistant", ""]);
  const messages = row.messages.map((message) =>
    message.role === "assistant" ? { ...message, tool_calls: [call] } : message,
  );
  expect(findPlaceholder({ ...row, messages })).toBeUndefined();
});

test.each([
  "I'm sorry, but I can't help with that.",
  "Sorry, I cannot provide this.",
  "I am unable to answer such questions.",
  "As an AI developed to help, I have no opinion.",
  "Das kann ich leider nicht beantworten.",
  "Ich darf dazu keine Auskunft geben.",
  "Als Sprachmodell habe ich keine Meinung.",
  "Lo siento, no puedo ayudar con eso.",
])("a refusal: %j", (text) => expect(findRefusal(answer(text))).toBeDefined());
test.each([
  "I'm sorry to hear that. Wipe the rim first.",
  "You can't return opened bottles.",
  "I can't say that I ever regretted it.",
  "We cannot take it back, but the shop next door can.",
  "Das kann ich nur empfehlen.",
  "Ich kann nicht sagen, dass es geschadet hätte.",
  "Leider wird dieses Teil nicht mehr gebaut.",
  "An AI is a program. It cannot help being one.",
])("no refusal: %j", (text) => expect(findRefusal(answer(text))).toBeUndefined());

test("turns in an order that no chat has", () => {
  expect(findRoleOrder(turns(["assistant", "a"], ["user", "b"], ["assistant", "c"]))).toBeDefined();
  expect(findRoleOrder(turns(["user", "a"], ["user", "b"], ["assistant", "c"]))).toEqual({
    found: "user, user",
  });
  expect(findRoleOrder(turns(["user", "a"], ["assistant", "b"], ["assistant", "c"]))).toBeDefined();
  expect(findRoleOrder(unusable("row_role"))).toBeDefined();
});
test("turns in order: several, with a system prompt, with tools", () => {
  expect(findRoleOrder(turns(["user", "a"], ["assistant", "b"]))).toBeUndefined();
  const long = turns(
    ["system", "s"],
    ["user", "a"],
    ["assistant", "b"],
    ["user", "c"],
    ["assistant", "d"],
  );
  expect(findRoleOrder(long)).toBeUndefined();
  const tools = turns(
    ["user", "a"],
    ["assistant", ""],
    ["tool", "1"],
    ["tool", "2"],
    ["assistant", "d"],
  );
  expect(findRoleOrder(tools)).toBeUndefined();
  expect(findRoleOrder(unusable("row_json"))).toBeUndefined();
});

test.each([
  "<|im_end|>",
  "</s>",
  "[INST]",
  "<start_of_turn>",
  "<|eot_id|>",
  "<｜begin▁of▁sentence｜>",
])("a control token: %s", (token) => {
  expect(findSpecialToken(asked(`What is ${token} for?`, "Much."))).toEqual({ found: token });
  expect(removeSpecialTokens(`What is ${token} for?`)).toBe("What is for?");
});
test("the model's own tokens count, and angle brackets do not", () => {
  expect(findSpecialToken(asked("Say [gMASK].", "So."), ["[gMASK]"])).toEqual({ found: "[gMASK]" });
  for (const text of [
    "a < b > c",
    "List<String>",
    "<strong>x</strong>",
    "a | b |> c",
    "<name>",
    "[INSTALL]",
  ]) {
    expect(findSpecialToken(asked(text, text))).toBeUndefined();
  }
  expect(removeSpecialTokens("two  blanks stay")).toBe("two  blanks stay");
});

test("thinking aloud and tool calls in the text of an answer", () => {
  expect(findThinking(answer("<think>Hm.</think> Yes."))).toEqual({ found: "<think>" });
  expect(findThinking(answer("I think so."))).toBeUndefined();
  expect(findThinking(asked("What does <think> mean?", "A tag."))).toBeUndefined();
  expect(removeThoughts("<think>\nHm.\n</think>\n\nYes.")).toBe("Yes.");
  expect(removeThoughts("[THINK]Hm.[/THINK]Yes.")).toBe("Yes.");
  expect(removeThoughts("<think>without an end")).toBe("<think>without an end");
  expect(findToolTrace(answer('<tool_call>{"name": "x"}</tool_call>'))).toBeDefined();
  expect(findToolTrace(answer("[TOOL_CALLS] []"))).toBeDefined();
  expect(findToolTrace(answer("Call the tool shop."))).toBeUndefined();
});

test("a stop text in an answer, not in a question", () => {
  const stops = ["### Question:", ""];
  expect(findStop(answer("So. ### Question: And now?"), stops)).toEqual({ found: "### Question:" });
  expect(findStop(asked("### Question: what?", "That."), stops)).toBeUndefined();
  expect(removeStops("So. ### Question: And now?", stops)).toBe("So. And now?");
});

test("an answer that repeats its question", () => {
  const question = "How long does it take to reach Leeds by train in May?";
  for (const text of [
    question,
    question.toUpperCase(),
    `"${question}"`,
    `${question} Please say.`,
  ]) {
    expect(findCopy(asked(question, text))).toBeDefined();
  }
  expect(findCopy(asked("Yes?", "Yes."))).toBeDefined();
});
test("an answer that takes up its question, or quotes from a long one", () => {
  const question = "How long does it take to reach Leeds by train in May?";
  expect(
    findCopy(asked(question, "It takes about 3 hours to reach Leeds by train in May.")),
  ).toBeUndefined();
  const text =
    "The tower was built in 1889. It was meant to stand for twenty years. When was the tower built?";
  expect(findCopy(asked(text, "The tower was built in 1889."))).toBeUndefined();
  expect(findCopy(asked("Really?", "No."))).toBeUndefined();
});

test("an answer that breaks off, and ones that end otherwise", () => {
  const start =
    "Wipe the rim with a rag first. Then hold the gauge against the chain, every few hundred miles. ";
  expect(findCutOff(answer(`${start}After that, the screws want to be`))).toBeDefined();
  for (const end of [
    "It is done.",
    "Listen to `ls -l`",
    "Cost: 12 €",
    "Good luck 👍",
    "Sources: [1]",
  ]) {
    expect(findCutOff(answer(start + end))).toBeUndefined();
  }
  expect(findCutOff(answer("yes of course"))).toBeUndefined();
  expect(findCutOff(answer(`${start}Steps:\n- one\n- two`))).toBeUndefined();
});

test.each([
  ["Write to jana.brandt@gmail.com.", "Write to [e-mail]."],
  ["Ruf 0171 2345678 an.", "Ruf [phone number] an."],
  ["Call +44 20 7946 0123, please.", "Call [phone number], please."],
  ["Call (212) 555-0123 now.", "Call [phone number] now."],
  ["Card 4111 1111 1111 1111, valid.", "Card [card number], valid."],
  ["An DE89 3704 0044 0532 0130 00 zahlen.", "An [IBAN] zahlen."],
  ["GB82WEST12345698765432 IST MEINE", "[IBAN] IST MEINE"],
])("personal data is found and masked: %s", (text, masked) => {
  expect(findPersonal(text)).toHaveLength(1);
  expect(maskPersonal(text)).toBe(masked);
});
test.each([
  "Mail goes to nobody@example.com.",
  "Order 4711-88213 of 12.04.2024",
  "08:30-17:45, closed from 24.12. to 02.01.",
  "ISBN 978-3-16-148410-0",
  "Version 10.17.2, port 8080, 192.168.0.1",
  "1234 5678 9012 3456 is no card",
  "It costs 1 000 000 or 0.123456789",
  "2023-04-05 and 05.04.2023 are days",
  "DE12 3456 7890 is no account",
  "Article 4012345178250",
])("no personal data: %s", (text) => expect(findPersonal(text)).toEqual([]));

test.each([
  `sk-proj-${"aB3".repeat(14)}`,
  `ghp_${"x9Y".repeat(12)}`,
  "AKIAIOSFODNN7EXAMPLE",
  `AIza${"Sy0-_".repeat(7)}`,
  "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\n-----END RSA PRIVATE KEY-----",
  "postgres://admin:hunter22@db.internal/x",
])("a secret is found and masked: %s", (secret) => {
  expect(findSecrets(`Use ${secret} for it.`)).toHaveLength(1);
  expect(maskSecrets(`Use ${secret} for it.`)).not.toContain(secret.slice(12, 40));
});
test("a password by the word before it", () => {
  expect(maskSecrets('password = "x7!kQ29zz"')).toBe('password = "[secret]"');
  expect(hint("sk-proj-aB3")).toBe("sk-p…");
});
test.each([
  "My password is too short.",
  "The api key: see chapter 12.",
  "risk-averse, task-oriented, ask-me-anything-about-bicycles",
  "https://example.com/path?user=me",
])("no secret: %s", (text) => expect(findSecrets(text)).toEqual([]));
