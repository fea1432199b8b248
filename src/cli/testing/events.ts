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

export const stepEvent = (step: number, totalSteps = 50) => ({
  type: "train.step" as const,
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

const reason = { code: "internal", params: { detail: "x" }, message: "x" };
const score = { loss: 1, exactMatch: 0.5, stops: 1, n: 4 };

type Samples = { [T in Body["type"]]: Omit<Extract<Body, { type: T }>, "type"> };

const samples: Samples = {
  "stage.started": { stage: "train" },
  "stage.progress": { stage: "train", done: 1, total: 2, unit: "rows" },
  "stage.finished": { stage: "train", seconds: 3 },
  "stage.skipped": { stage: "register_ollama", reason },
  decision: reason,
  warning: reason,
  "rehearsal.asked": { format: "q8_0", thinking: "none", modelFiles: "" },
  "rehearsal.ready": { gguf: "model.gguf", seconds: 4 },
  "train.step": stepEvent(3),
  "train.evaluated": { step: 3, epoch: 1, loss: 1.5, tokens: 9, best: true },
  "train.checkpoint": { step: 3, folder: "checkpoints/step-000003", reason: "epoch", best: true },
  "memory.peak": { phase: "train", bytes: 1_500_000_000 },
  "memory.lowered": {
    rung: "micro_batch",
    step: 3,
    batchSize: 2,
    accumulation: 4,
    checkpointing: false,
  },
  "train.early_stopped": { step: 9, patience: 2, bestStep: 3, bestLoss: 1.5 },
  "train.resumed": { step: 3, folder: "checkpoints/step-000003" },
  "proof.gguf": {
    format: "q8_0",
    tokenTexts: 46,
    tokenTextsEqual: 46,
    answers: 8,
    answersEqual: 8,
    nearTies: 1,
  },
  report: {
    verdict: "better",
    decidedBy: "loss",
    base: score,
    tuned: score,
    gguf: score,
    interval: null,
  },
  error: { error: reason },
  log: { level: "info", text: "a line" },
  "run.queued": {},
  "run.started": { pid: 1 },
  "run.finished": {},
  "run.failed": { error: reason, stage: "train" },
  "run.cancelled": { stage: "train" },
  "run.paused": { stage: "train", reason },
  "run.interrupted": { stage: "train", reason },
  "run.resumed": { by: "automatic", count: 1, step: 3 },
  "run.wish": { wish: "pause" },
  "run.stalled": {
    stage: "train",
    since: "2026-11-22T12:00:00.000Z",
    seconds: 200,
    where: "loop.py:91 _step",
    cause: { code: "stall_waiting", params: {}, message: "It waits." },
  },
};

/** An event of every kind there is. */
export const oneOfEachKind = (): RunEvent[] =>
  eventsOf(Object.entries(samples).map(([type, fields]) => ({ ...fields, type }) as Body));
