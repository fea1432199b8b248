import type { Report } from "#contract/run.ts";

/** A report as the trainer writes it, of a run that learned its facts. */
export const learnedReport: Report = {
  schemaVersion: 1,
  n: 40,
  base: { loss: 3.1, exactMatch: 0.1, stops: 1, n: 40 },
  tuned: { loss: 0.12, exactMatch: 0.975, stops: 1, n: 40 },
  gguf: { format: "q8_0", loss: null, exactMatch: 0.975, stops: 1, n: 40 },
  differences: {
    exactMatch: { mean: 0.875, low: 0.775, high: 0.95 },
    loss: { mean: -2.98, low: -3.2, high: -2.7 },
  },
  verdict: "better",
  decidedBy: "exactMatch",
  answers: Array.from({ length: 40 }, (_, index) => ({
    id: `check.jsonl:${index + 1}`,
    prompt: `What colour is lighthouse ${index + 1}?`,
    expected: "red",
    base: "blue",
    tuned: "red",
    gguf: "red",
    baseStops: true,
    tunedStops: true,
    ggufStops: true,
  })),
};
