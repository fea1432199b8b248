import { expect, it } from "vitest";
import { printable } from "./terminal.ts";

it("lets no control sequence of data or a model reach the terminal", () => {
  expect(printable("a\u001B[31mred\u001B[0m\u0007\u001B]0;title\u0007b\tc\r\nd\u009B2J")).toBe(
    "aredb  c\nd",
  );
  expect(printable("日本 👩‍🚀 é")).toBe("日本 👩‍🚀 é");
});
