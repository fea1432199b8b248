import { describe, expect, test } from "vitest";
import { at, foldEvents, step, time } from "./testing/run-events.ts";

describe("foldEvents", () => {
  test("without events a run waits", () => {
    expect(foldEvents([]).status).toBe("queued");
  });

  test("a finished run has its stages, scores and times", () => {
    const score = { loss: 1, exactMatch: 0.5, stops: 1, n: 4 };
    const state = foldEvents([
      at(1, { type: "run.started", pid: 1 }),
      at(1, { type: "stage.started", stage: "train" }),
      step(1, 5, 2),
      at(1, { type: "train.evaluated", step: 5, epoch: 1, loss: 1.5, tokens: 9, best: true }),
      at(1, { type: "train.checkpoint", step: 5, folder: "x", reason: "epoch", best: true }),
      at(1, { type: "stage.finished", stage: "train", seconds: 4 }),
      at(1, {
        type: "report",
        verdict: "better",
        decidedBy: "exactMatch",
        base: score,
        tuned: score,
        gguf: score,
        interval: { mean: 0, low: 0, high: 0 },
      }),
      at(1, { type: "run.finished" }),
    ]);
    expect(state).toMatchObject({
      status: "finished",
      step: 5,
      loss: 2,
      heldOutLoss: 1.5,
      bestStep: 5,
      lastCheckpoint: 5,
      verdict: "better",
      endedAt: time,
    });
    expect(state.stages.find((one) => one.stage === "train")).toMatchObject({
      status: "finished",
      seconds: 4,
    });
  });

  test("a new attempt forgets the fault of the last one", () => {
    const error = { code: "disk_full", params: {}, message: "full" };
    const failed = [
      at(1, { type: "run.started", pid: 1 }),
      at(1, { type: "stage.started", stage: "merge_lora" }),
      at(1, { type: "run.failed", error, stage: "merge_lora" }),
    ];
    expect(foldEvents(failed)).toMatchObject({ status: "failed", error });
    const again = foldEvents([...failed, at(2, { type: "run.started", pid: 2 })]);
    expect(again).toMatchObject({ status: "running", error: null, attempt: 2, endedAt: null });
    expect(again.stages.every((one) => one.status === "waiting")).toBe(true);
  });
});

test("what planning and training both decide is told once; a resume forgets later bests", () => {
  const decision = { code: "exports_best", params: {}, message: "The best is exported." };
  const state = foldEvents([
    at(1, { type: "run.started", pid: 1 }),
    at(1, { type: "decision", ...decision }),
    at(1, { type: "decision", ...decision }),
    at(1, { type: "train.evaluated", step: 4, epoch: 1, loss: 1, tokens: 9, best: true }),
    at(1, { type: "train.checkpoint", step: 4, folder: "x", reason: "epoch", best: true }),
    at(2, { type: "run.started", pid: 2 }),
    at(2, { type: "train.resumed", step: 2, folder: "checkpoints/step-000002" }),
  ]);
  expect(state.decisions).toEqual([]);
  expect(state).toMatchObject({ step: 2, lastCheckpoint: 2, bestStep: null });
  const once = foldEvents([1, 2].map(() => at(1, { type: "decision", ...decision })));
  expect(once.decisions).toEqual([decision]);
});
