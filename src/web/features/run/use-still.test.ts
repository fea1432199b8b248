import { replaceEqualDeep } from "@tanstack/react-query";
import { expect, test } from "vitest";
import { applyEvent, emptyState } from "#contract/run-fold.ts";
import { at, step } from "#contract/testing/run-events.ts";
import { isStill } from "./use-still.ts";

/** As the queries take a new state in: what is equal stays the same object. */
const after = (run: { state: ReturnType<typeof emptyState> }, event: ReturnType<typeof step>) => {
  const state = structuredClone(run.state);
  applyEvent(state, event);
  return replaceEqualDeep<typeof run>(run, { ...run, state });
};

test("a step moves numbers alone; what else happens is a change", () => {
  const begun = after({ state: emptyState() }, step(1, 1, 3));
  const next = after(begun, step(1, 2, 2.9));
  expect(next.state.step).toBe(2);
  expect(isStill(begun, next)).toBe(true);
  const stage = after(next, at(1, { type: "stage.started", stage: "evaluate" }));
  expect(isStill(next, stage)).toBe(false);
  const warned = after(next, at(1, { type: "run.wish", wish: "pause" }));
  expect(isStill(next, warned)).toBe(false);
  expect(isStill({ ...next, bytes: 1 } as never, { ...next, bytes: 2 } as never)).toBe(false);
});
