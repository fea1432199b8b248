import { describe, expect, test } from "vitest";
import { AppError } from "#contract/errors.ts";
import { isSameModel, parseModelName, proposeFreeName, proposeName, showName } from "./name.ts";

function refused(name: string): AppError {
  try {
    parseModelName(name);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error(`"${name}" was accepted`);
}

test.each([
  ["sky", "sky:latest"],
  ["sky:v2", "sky:v2"],
  ["me/sky", "me/sky:latest"],
  ["_sky.1-b:q8_0", "_sky.1-b:q8_0"],
  ["registry.ollama.ai/library/sky", "sky:latest"],
  ["localhost:5000/me/sky:v1", "localhost:5000/me/sky:v1"],
  ["a".repeat(80), `${"a".repeat(80)}:latest`],
])("%s is %s", (name, shown) => {
  expect(showName(parseModelName(name))).toBe(shown);
});

test.each([
  ["", "ollama_name_empty", "my-model"],
  ["sky:", "ollama_name_empty", "sky"],
  ["/sky", "ollama_name_empty", "sky"],
  ["my sky", "ollama_name_character", "my-sky"],
  ["空", "ollama_name_character", "my-model"],
  ["Größe", "ollama_name_character", "grosse"],
  ["-sky", "ollama_name_character", "sky"],
  ["sky:v 2", "ollama_name_character", "sky:v-2"],
  ["a.b/sky", "ollama_name_character", "sky"],
  ["a/b/c/sky", "ollama_name_character", "sky"],
  ["../sky", "ollama_name_character", "sky"],
  ["a".repeat(81), "ollama_name_long", "a".repeat(80)],
  [`sky:${"t".repeat(90)}`, "ollama_name_long", `sky:${"t".repeat(80)}`],
  ["Sky", "ollama_name_capital", "sky"],
  ["sky:V2", "ollama_name_capital", "sky:v2"],
  ["sky:cloud", "ollama_name_reserved", "sky"],
  ["sky:8b-cloud", "ollama_name_reserved", "sky"],
  ["sky:local", "ollama_name_reserved", "sky"],
])("%j is refused as %s and %j is proposed", (name, code, proposal) => {
  const error = refused(name);
  expect(error.code).toBe(code);
  expect(error.params["proposal"]).toBe(proposal);
  expect(() => parseModelName(proposal)).not.toThrow();
});

test("the refused character is named", () => {
  expect(refused("my sky").params["character"]).toBe(" ");
  expect(refused("-sky").params["character"]).toBe("-");
  expect(refused("sky👍").params["character"]).toBe("👍");
});

test("every proposal is valid", () => {
  for (const wish of [
    "",
    "...",
    "日本語",
    "A B/C D:E F",
    "x:cloud",
    "é".repeat(200),
    "a/b/c:d:e",
  ]) {
    expect(() => parseModelName(proposeName(wish))).not.toThrow();
  }
});

describe("one model under two spellings", () => {
  test("capitals and defaults do not matter", () => {
    expect(isSameModel("Sky", "sky:latest")).toBe(true);
    expect(isSameModel("library/sky", "sky")).toBe(true);
    expect(isSameModel("sky:v2", "sky")).toBe(false);
    expect(isSameModel("me/sky", "sky")).toBe(false);
  });

  test("the first free tag is proposed", () => {
    const name = parseModelName("me/sky:v2");
    expect(proposeFreeName(name, ["me/sky:latest", "me/SKY:v2", "me/sky:v3"])).toBe("me/sky:v4");
    expect(proposeFreeName(parseModelName("sky"), ["sky:latest"])).toBe("sky:v2");
  });
});
