import { useRef } from "react";
import type { RunState } from "#contract/run.ts";

/** What every step of a training moves. */
const moving: ReadonlySet<keyof RunState> = new Set([
  "seq",
  "step",
  "epoch",
  "loss",
  "heldOutLoss",
  "tokensPerSecond",
  "secondsLeft",
  "memoryBytes",
]);

/**
 * The run without its moving numbers: the same object as long as nothing else of it changes, so that
 * what shows none of them is not drawn again with each step.
 */
export function useStill<R extends { state: RunState }>(run: R | undefined): R | undefined {
  const known = useRef(run);
  if (!known.current || !run || !isStill(known.current, run)) known.current = run;
  return known.current;
}

/** Whether two replies differ in moving numbers alone; their parts are shared where they are equal. */
export function isStill<R extends { state: RunState }>(before: R, after: R): boolean {
  const same = <T extends object>(one: T, other: T, beside: ReadonlySet<unknown>) =>
    (Object.keys({ ...one, ...other }) as (keyof T)[]).every(
      (key) => beside.has(key) || one[key] === other[key],
    );
  return same(before, after, new Set(["state"])) && same(before.state, after.state, moving);
}
