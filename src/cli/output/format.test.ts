import { expect, it } from "vitest";
import { bytes, count, decimal, duration, percent, plural, points } from "./format.ts";

it("writes numbers as people read them", () => {
  expect([count(1234.6), plural(1, "row"), plural(2000, "row")]).toEqual([
    "1,235",
    "1 row",
    "2,000 rows",
  ]);
  expect([percent(1), percent(0.975), percent(0.1), percent(null)]).toEqual([
    "100 %",
    "97.5 %",
    "10 %",
    "–",
  ]);
  expect([points(0.9), points(-0.025), points(0), points(null)]).toEqual(["+90", "-2.5", "0", "–"]);
  expect([decimal(0.41239), decimal(0.00012), decimal(0), decimal(null)]).toEqual([
    "0.412",
    "1.2e-4",
    "0.000",
    "–",
  ]);
  expect([duration(4.4), duration(65), duration(7380), duration(-1)]).toEqual([
    "4 s",
    "1:05",
    "2:03:00",
    "0 s",
  ]);
  expect([
    bytes(0),
    bytes(999),
    bytes(3_600_000),
    bytes(999_600),
    bytes(12e9),
    bytes(123e6),
  ]).toEqual(["0 B", "999 B", "3.6 MB", "1.0 MB", "12.0 GB", "123 MB"]);
});
