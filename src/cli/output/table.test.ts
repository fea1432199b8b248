import stringWidth from "string-width";
import { describe, expect, it } from "vitest";
import { renderTable } from "./table.ts";

const columns = [{ title: "Name" }, { title: "Size", align: "right" as const }];

describe("renderTable", () => {
  it("aligns", () => {
    expect(
      renderTable(
        columns,
        [
          ["a", "1"],
          ["bcdef", "1,000"],
        ],
        80,
      ),
    ).toBe(["Name    Size", "─────  ─────", "a          1", "bcdef  1,000"].join("\n"));
  });

  it.each([30, 47, 100])("fits into %i columns, whatever the script", (width) => {
    const rows = [
      [
        "The lighthouse of Tarn Skerry, which was built in 1871",
        "東京タワーの高さは三百三十三メートルです",
      ],
      ["https://example.org/a-word-that-cannot-be-broken-at-any-blank", "👩‍🚀 ".repeat(20)],
    ];
    const table = renderTable([{ title: "Question" }, { title: "Answer" }], rows, width);
    for (const line of table.split("\n")) expect(stringWidth(line)).toBeLessThanOrEqual(width);
    expect(table.replaceAll(/[\s─]/g, "")).toContain("三");
  });

  it("keeps every word of a wrapped cell", () => {
    const words = Array.from({ length: 30 }, (_, index) => `word${index}`);
    const table = renderTable([{ title: "Text" }], [[words.join(" ")]], 40);
    expect(table.split(/\s+/).filter((word) => word.startsWith("word"))).toEqual(words);
  });

  it("cuts endless cells and says so", () => {
    const table = renderTable([{ title: "T" }], [["line\n".repeat(100)]], 40);
    expect(table.split("\n").length).toBeLessThan(20);
    expect(table).toContain("…");
  });

  it("parts rows of several lines where asked to", () => {
    const rows = [["a\nb"], ["c"]];
    expect(renderTable([{ title: "T" }], rows, 40, { ruled: true })).toContain("┄");
    expect(renderTable([{ title: "T" }], rows, 40)).not.toContain("┄");
  });

  it("gives more to a heavier column", () => {
    const [, rule = ""] = renderTable(
      [{ title: "A" }, { title: "B", weight: 3 }],
      [["x ".repeat(50), "y ".repeat(50)]],
      42,
    ).split("\n");
    const [first = "", second = ""] = rule.split("  ");
    expect(second.length).toBeGreaterThan(2 * first.length);
  });
});
