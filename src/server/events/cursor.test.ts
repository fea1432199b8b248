import { expect, test } from "vitest";
import { formatCursor, parseCursor, runKey } from "./cursor.ts";

test("a cursor comes back from its id, whatever the names hold", () => {
  const seqs = new Map([
    [runKey("sky", "20261122-153726-k3f9"), 41],
    [runKey("ein ~ Projekt:/ü", "1"), 7],
  ]);
  const id = formatCursor({ time: 1_790_000_000_123, seqs });
  expect(id).toMatch(/^[\x21-\x7e]+$/); // fits into a header
  expect(parseCursor(id)).toEqual({ time: 1_790_000_000_123, seqs });
});

test.each([undefined, "", "x", "12~", "12~a:1", "12~a/b", "12~a/b:-1", "12~a/b/c:1", "1e9"])(
  "%j is no cursor",
  (text) => {
    expect(parseCursor(text)).toBeUndefined();
  },
);
