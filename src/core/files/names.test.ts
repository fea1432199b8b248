import { join } from "node:path";
import { expect, test } from "vitest";
import { pathInside, plainName } from "./names.ts";

test.each(["rows.jsonl", "日本語.jsonl", "a b", ".hidden", "x..y", "C++ notes", "émoji 👩‍👩‍👧.txt"])(
  "%j is a plain name",
  (name) => {
    expect(plainName(name)).toBe(name);
    expect(pathInside("folder", name)).toBe(join("folder", name));
  },
);

test.each(["..", ".", "../x", "a/b", "a\\b", "/etc/passwd", "C:x", "..\\..\\x", "x/.."])(
  "%j would leave its folder",
  (name) => {
    expect(() => plainName(name)).toThrow(expect.objectContaining({ code: "path_refused" }));
  },
);

test.each([
  "",
  "  ",
  "a\0b",
  "a\nb",
  "con",
  "NUL.txt",
  "com1",
  "x.",
  " x",
  "ab:c",
  "what?",
  "\ud800",
  "é".repeat(101),
])("%j is refused with a reason", (name) => {
  expect(() => plainName(name)).toThrow(
    expect.objectContaining({
      code: "name_invalid",
      params: expect.objectContaining({ reason: expect.any(String) as string }) as object,
    }),
  );
});
