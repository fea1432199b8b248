import type { RunEvent, RunEventBody } from "#contract/events.ts";

type Body = RunEventBody extends infer B ? (B extends unknown ? Omit<B, "time"> : never) : never;

/** Events as a run writes them, one every `secondsApart`. */
export function eventsOf(bodies: readonly Body[], secondsApart = 1): RunEvent[] {
  const begin = Date.UTC(2026, 10, 22, 12);
  return bodies.map((body, index) => ({
    ...body,
    seq: index + 1,
    attempt: 1,
    time: new Date(begin + index * secondsApart * 1000).toISOString(),
  }));
}

export const stepEvent = (step: number, totalSteps = 50): Body => ({
  type: "train.step",
  step,
  totalSteps,
  epoch: step / 10,
  loss: 5 / step,
  learningRate: 3e-4,
  gradNorm: 1,
  tokens: 100 * step,
  supervisedTokens: 40 * step,
  tokensPerSecond: 1240.4,
  secondsLeft: totalSteps - step,
  memoryBytes: 1e9,
});
