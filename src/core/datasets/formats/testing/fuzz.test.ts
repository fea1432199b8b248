import { expect, test } from "vitest";
import { fuzzReaders } from "./fuzz.ts";

/* Some hundred files; `node scripts/fuzz-readers.ts` reads as many as one likes. */

test("damaged files of every format end in a ledger that adds up, or in an error that says why", async () => {
  const python = process.env["TUNESMITH_PYTHON"] ?? "python3";
  const { files, compared, faults } = await fuzzReaders(400, 20261122, { python });
  expect(faults).toEqual([]);
  expect(compared).toBeGreaterThan(files / 2);
}, 600_000);
