import { expect, test } from "vitest";
import type { AnswerToken, ChatPart } from "./chat.ts";
import { findParting, isNearTie, type Parting } from "./greedy.ts";

function token(text: string, ...best: [string, number][]): AnswerToken {
  return { text, best: best.map(([other, probability]) => ({ text: other, probability })) };
}

function part(text: string, ...tokens: AnswerToken[]): ChatPart {
  return { type: "text", text, tokens: tokens.length > 0 ? tokens : [token(text)] };
}

test("where an answer parts", () => {
  const parts = [part("The"), part(" sky"), part(" is")];
  expect(findParting("The sky glows", parts)).toMatchObject({
    common: "The sky",
    index: 2,
    got: { text: " is" },
  });
  expect(findParting("The sky is blue", parts)).toMatchObject({ common: "The sky is", got: null });
  expect(findParting("The", parts)).toMatchObject({
    common: "The",
    index: 1,
    got: { text: " sky" },
  });
  expect(findParting("A", [])).toMatchObject({ common: "", index: 0, got: null });
});

test("a part that brings along a token of which nothing is known", () => {
  const last = token("x", ["x", 0.51], ["y", 0.49]);
  const parting = findParting("I 👎x", [part("I "), part("👍x", last)]);
  expect(parting).toMatchObject({ common: "I ", index: 1, got: { text: "👍x" }, best: [] });
  expect(isNearTie("I 👎x", parting)).toBe(false);
});

test.each<[string, string, Parting, boolean]>([
  [
    "close, and the other one goes on as expected",
    "a c",
    at("a", " b", [" b", 0.5], [" c", 0.46]),
    true,
  ],
  ["exactly 0.05 apart", "a c", at("a", " b", [" b", 0.5], [" c", 0.45]), true],
  ["too far apart", "a c", at("a", " b", [" b", 0.52], [" c", 0.46]), false],
  [
    "close, but neither is what was expected",
    "a d",
    at("a", " b", [" b", 0.5], [" c", 0.48]),
    false,
  ],
  ["close, the other one ends the answer", "a", at("a", " b", [" b", 0.5], ["", 0.48]), true],
  ["close, the other one ends it too early", "a c", at("a", " b", [" b", 0.5], ["", 0.48]), false],
  ["Ollama ended, the other one goes on", "a c", at("a", null, ["", 0.5], [" c", 0.48]), true],
  ["Ollama ended, the other one is far", "a c", at("a", null, ["", 0.9], [" c", 0.08]), false],
  ["nothing is known", "a c", at("a", null), false],
])("near tie: %s", (_, expected, parting, near) => {
  expect(isNearTie(expected, parting)).toBe(near);
});

function at(common: string, got: string | null, ...best: [string, number][]): Parting {
  const taken = token(got ?? "", ...best);
  return { common, index: 1, got: got === null ? null : taken, best: taken.best };
}
