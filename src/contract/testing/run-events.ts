import type { RunEvent, RunEventBody } from "../events.ts";
import { applyEvent, emptyState } from "../run-fold.ts";
import type { RunState } from "../run.ts";

export const time = "2026-11-22T10:00:00.000Z";
let seq = 0;
/** An event of an attempt, with the next seq. */
export const at = (attempt: number, event: Record<string, unknown>): RunEvent =>
  ({ seq: ++seq, attempt, time, ...event }) as unknown as RunEvent;

export const step = (attempt: number, number: number, loss: number) =>
  at(attempt, {
    type: "train.step",
    step: number,
    totalSteps: 10,
    epoch: number / 10,
    loss,
    learningRate: 1e-4,
    gradNorm: 1,
    tokens: 10,
    supervisedTokens: 5,
    tokensPerSecond: 100,
    secondsLeft: 3,
    memoryBytes: 7,
  } satisfies Omit<Extract<RunEventBody, { type: "train.step" }>, "time">);

export function foldEvents(events: readonly RunEvent[]): RunState {
  const state = emptyState();
  for (const event of events) applyEvent(state, event);
  return state;
}
