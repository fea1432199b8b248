import { describe, expect, it } from "vitest";
import { eventsOf, stepEvent } from "#cli/testing/events.ts";
import { fakeTerminal } from "#cli/testing/fake-terminal.ts";
import { plainReporter } from "./plain-reporter.ts";

const steps = eventsOf(Array.from({ length: 50 }, (_, index) => stepEvent(index + 1)));

describe("plainReporter", () => {
  it("prints a training step every few seconds, and always the last", () => {
    const terminal = fakeTerminal();
    const reporter = plainReporter(terminal, { seconds: 20 });
    for (const event of steps) reporter.event(event);
    expect(terminal.lines).toEqual([
      "Train: step 1/50 · loss 5.000 · 1,240 tokens/s · 49 s left",
      "Train: step 21/50 · loss 0.238 · 1,240 tokens/s · 29 s left",
      "Train: step 41/50 · loss 0.122 · 1,240 tokens/s · 9 s left",
      "Train: step 50/50 · loss 0.100 · 1,240 tokens/s · 0 s left",
    ]);
  });

  it("prints every step with 0 seconds", () => {
    const terminal = fakeTerminal();
    const reporter = plainReporter(terminal, { seconds: 0 });
    for (const event of steps) reporter.event(event);
    expect(terminal.lines).toHaveLength(50);
  });

  it("thins out held-out losses, but not the last", () => {
    const terminal = fakeTerminal();
    const reporter = plainReporter(terminal);
    const evaluated = [3, 2, 1].map((loss) => ({
      type: "train.evaluated" as const,
      step: 10 - loss,
      epoch: 1,
      loss,
      tokens: 9,
      best: true,
    }));
    const done = { type: "stage.finished" as const, stage: "train" as const, seconds: 4 };
    for (const event of eventsOf([...evaluated, done])) reporter.event(event);
    expect(terminal.lines).toEqual([
      "Held-out loss 3.000 after step 7 (best so far)",
      "Train: done in 4 s, held-out loss 1.000",
    ]);
  });

  it("says each decision once", () => {
    const terminal = fakeTerminal();
    const reporter = plainReporter(terminal, { known: new Set(["Packing is on."]) });
    const events = eventsOf([
      { type: "decision", code: "packing", params: {}, message: "Packing is on." },
      { type: "decision", code: "steps", params: {}, message: "30 steps." },
    ]);
    for (const event of events) reporter.event(event);
    expect(terminal.lines).toEqual(["30 steps."]);
  });

  it("gives the reason of stages that are skipped together once", () => {
    const reason = { code: "x", params: {}, message: "No Ollama answers." };
    const terminal = fakeTerminal();
    const reporter = plainReporter(terminal);
    const skipped = (["register_ollama", "verify_ollama"] as const).map((stage) => ({
      type: "stage.skipped" as const,
      stage,
      reason,
    }));
    for (const event of eventsOf(skipped)) reporter.event(event);
    expect(terminal.lines).toEqual([
      "Create in Ollama: skipped. No Ollama answers.",
      "Prove in Ollama: skipped, too",
    ]);
  });

  it("tells errors in the person's language, by code", () => {
    const error = {
      code: "disk_full",
      params: { file: "x", needed: "1 GB", free: "0 GB" },
      message: "raw",
    };
    const terminal = fakeTerminal();
    const reporter = plainReporter(terminal);
    for (const event of eventsOf([{ type: "run.failed", error, stage: "train" }])) {
      reporter.event(event);
    }
    expect(terminal.lines[0]).toMatch(/^Failed: The disk is full: x/);
  });
});
