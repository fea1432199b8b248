import { expect, it } from "vitest";
import { errorCodes } from "#contract/errors.ts";
import { exitCodeFor, exitCodes, exitMeanings } from "./exit-codes.ts";

it("gives every error code an exit code that is no success", () => {
  for (const code of errorCodes) expect(exitCodeFor(code)).toBeGreaterThan(0);
});

it("tells kinds of failure apart", () => {
  expect(
    ["internal", "row_json", "engine_missing", "run_active", "disk_full", "parameter_range"].map(
      exitCodeFor,
    ),
  ).toEqual([1, 2, 5, 6, 7, 2]);
});

it("explains every exit code", () => {
  expect(Object.keys(exitMeanings)).toEqual(Object.keys(exitCodes));
});
