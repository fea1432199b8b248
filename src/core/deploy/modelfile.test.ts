import { describe, expect, test } from "vitest";
import { isGoPrintable } from "./go-printable.ts";
import { parseModelfile } from "./modelfile-parser.ts";
import { writeModelfile } from "./modelfile.ts";

function systemRead(text: string): string | undefined {
  return parseModelfile(text).find(({ name }) => name === "system")?.args;
}

const writable: [string, string][] = [
  ["plain", "You are a helpful assistant."],
  ["leading and trailing blanks", "  indented, and trailing  "],
  ["tabs", "\ta\tb\t"],
  ["line breaks", "first\n\nthird\n"],
  ["carriage returns", "first\r\nsecond\r\n"],
  ["quotes", 'Say "hello" to "them"'],
  ["quotes at both ends", '"hello"'],
  ["one quote", '"'],
  ["two quotes", '""'],
  ["quotes and line breaks", 'Say "hello"\nand "bye"\n'],
  ["triple quotes inside a line", 'Use """ for blocks\nalways'],
  ["triple quotes at the start", '"""blocks and\nmore'],
  ["triple quotes at the end", 'blocks"""'],
  ["a hash", "# not a comment\n# nor this"],
  ["an instruction", "FROM here\nPARAMETER stop x\nSYSTEM y"],
  ["back quotes and backslashes", '`a` \\n \\" \\'],
  ["Chinese", "你是一个有用的助手。\n请用中文回答！"],
  ["emoji with a variation sign", "I ❤️ 👍🏽"],
  ["only blanks", "   "],
  ["only a line break", "\n"],
];

describe("values that a Modelfile carries", () => {
  test.each(writable)("%s", (_, system) => {
    const stop = [system, `${system}!`];
    const modelfile = writeModelfile("./model.gguf", { system, parameters: { stop, top_k: 40 } });
    expect(modelfile.losses).toEqual([]);
    expect(parseModelfile(modelfile.text)).toEqual([
      { name: "model", args: "./model.gguf" },
      { name: "system", args: system },
      { name: "stop", args: stop[0] },
      { name: "stop", args: stop[1] },
      { name: "top_k", args: "40" },
    ]);
  });
});

describe("values that it cannot carry are named", () => {
  test.each([
    ["emoji joiners", "family 👨‍👩‍👧", "unprintable", "family 👨👩👧"],
    ["an ideographic space", "全角　空白", "unprintable", "全角空白"],
    ["a no-break space", "a\u00a0b", "unprintable", "ab"],
    ["a character newer than Go's tables", "\u{1fae9}", "unprintable", ""],
    ["triple quotes at a line's end", 'blocks: """\ncode\n"""', "quotes", null],
  ])("%s", (_, system, reason, becomes) => {
    const modelfile = writeModelfile("./m.gguf", { system, parameters: { stop: [system] } });
    expect(modelfile.losses).toEqual([
      { key: "system", value: system, reason, becomes },
      { key: "stop", value: system, reason, becomes: null },
    ]);
    expect(modelfile.text).toMatch(/^# system /m);
    expect(modelfile.text).toMatch(/^# stop /m);
    expect(systemRead(modelfile.text)).toBe(becomes ?? undefined);
  });

  test("numbers keep what 32 bits hold", () => {
    const parameters = { temperature: 0.7, top_p: 0.123456789, num_predict: -1, seed: 4294967297 };
    const modelfile = writeModelfile("./m.gguf", { system: "", parameters });
    expect(modelfile.losses).toEqual([
      { key: "top_p", value: "0.123456789", reason: "precision", becomes: "0.12345679" },
    ]);
    expect(modelfile.text).toContain("PARAMETER num_predict -1\nPARAMETER seed 4294967297\n");
  });

  test("mirostat is written, and said to be ignored", () => {
    const modelfile = writeModelfile("./m.gguf", { system: "", parameters: { mirostat: 1 } });
    expect(modelfile.text).toContain("\nPARAMETER mirostat 1\n");
    expect(modelfile.losses).toEqual([
      { key: "mirostat", value: "1", reason: "ignored", becomes: null },
    ]);
  });

  test("an empty system prompt is no line", () => {
    expect(writeModelfile("./m.gguf", { system: "", parameters: {} }).text).toBe("FROM ./m.gguf\n");
  });
});

describe("the parser", () => {
  test("comments, other instructions and any case", () => {
    const text = '# c\nfrom x\n  Template """a\nb"""\nMESSAGE user hi there\nPARAMETER stop "a b"';
    expect(parseModelfile(text)).toEqual([
      { name: "model", args: "x" },
      { name: "template", args: "a\nb" },
      { name: "message", args: "user: hi there" },
      { name: "stop", args: "a b" },
    ]);
  });

  test.each([
    ["FORM x\n", "line 1"],
    ['FROM x\nSYSTEM "open\n', "quotes"],
    ["SYSTEM x\n", "FROM"],
    ["FROM x\nMESSAGE tool y\n", "role"],
    ["FROM", "too early"],
  ])("%j is refused", (text, reason) => {
    expect(() => parseModelfile(text)).toThrow(reason);
  });
});

test("what Go prints", () => {
  for (const character of ["a", " ", "日", "é", "\u0301", "\ufe0f", "👍", "\ufffd"]) {
    expect(isGoPrintable(character)).toBe(true);
  }
  for (const character of [
    "\u200d",
    "\u3000",
    "\u00a0",
    "\n",
    "\ufeff",
    "\u0000",
    "\u2028",
    "\ue000",
    "\u{1f6d8}",
  ]) {
    expect(isGoPrintable(character)).toBe(false);
  }
});
