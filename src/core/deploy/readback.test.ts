import { describe, expect, test } from "vitest";
import { goUnquote } from "./go-quote.ts";
import { compareSettings, parseShownParameters } from "./readback.ts";

describe("Go's string literals", () => {
  test.each([
    ['"plain"', "plain"],
    ['""', ""],
    ['"a\\"b\\\\c"', 'a"b\\c'],
    ['"\\a\\b\\f\\n\\r\\t\\v"', "\u0007\b\f\n\r\t\v"],
    ['"\\u200d \\u3000"', "\u200d \u3000"],
    ['"\\U0001fae9"', "\u{1fae9}"],
    ['"\\x00\\x7f"', "\u0000\u007f"],
    ['"\\xe6\\x97\\xa5"', "日"],
    ['"\\346\\227\\245"', "日"],
    ['"日本 👍🏽"', "日本 👍🏽"],
    ['`a\\n"b`', 'a\\n"b'],
  ])("%s", (literal, text) => {
    expect(goUnquote(literal)).toBe(text);
  });

  test.each([
    '"open',
    "plain",
    '"a"b"',
    '"\\q"',
    '"\\ud800"',
    '"\\u12"',
    '"\\400"',
    '"',
    "`a`b`",
    "",
  ])("%s is none", (literal) => {
    expect(goUnquote(literal)).toBeUndefined();
  });
});

test("the text of /api/show", () => {
  const text = [
    'stop                           "### Question:"',
    'stop                           "a  b\\nc"',
    "temperature                    0.7",
    "num_predict                    -1",
    "seed                           1e+06",
    "use_mmap                       true",
    'a_name_that_is_longer_than_thirty_letters "x"',
  ].join("\n");
  expect(parseShownParameters(text)).toEqual({
    stop: ["### Question:", "a  b\nc"],
    temperature: 0.7,
    num_predict: -1,
    seed: 1_000_000,
    use_mmap: true,
    a_name_that_is_longer_than_thirty_letters: ["x"],
  });
  expect(parseShownParameters("")).toEqual({});
});

describe("settings that came back otherwise", () => {
  const sent = { parameters: { temperature: 0.7, stop: ["a", "b"], top_k: 40 }, system: "S" };

  test("none", () => {
    const shown = { parameters: { top_k: 40, stop: ["a", "b"], temperature: 0.7 }, system: "S" };
    expect(compareSettings(sent, shown)).toEqual([]);
    expect(
      compareSettings({ parameters: { stop: [] }, system: "" }, { parameters: {}, system: "" }),
    ).toEqual([]);
  });

  test("each is named with both values", () => {
    const shown = {
      parameters: { temperature: 0.8, stop: ["b", "a"], num_ctx: 4096, min_p: 0.1 },
      system: "S ",
    };
    expect(compareSettings(sent, shown)).toEqual([
      { key: "min_p", sent: null, got: 0.1 },
      { key: "num_ctx", sent: null, got: 4096 },
      { key: "stop", sent: ["a", "b"], got: ["b", "a"] },
      { key: "temperature", sent: 0.7, got: 0.8 },
      { key: "top_k", sent: 40, got: null },
      { key: "system", sent: "S", got: "S " },
    ]);
  });

  test("a text instead of a number is a difference", () => {
    expect(
      compareSettings(
        { parameters: { top_k: 40 }, system: "" },
        { parameters: parseShownParameters('top_k   "40"'), system: "" },
      ),
    ).toHaveLength(1);
  });
});
