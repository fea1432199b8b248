import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { RunEventBody } from "#contract/events.ts";
import { reportSchema } from "#contract/run.ts";
import type { Report } from "#contract/run.ts";
import { sampleSpec } from "#core/testing/run-spec.ts";
import type { Workspace } from "#core/workspace.ts";

export const report: Report = reportSchema.parse({
  schemaVersion: 1,
  n: 0,
  base: null,
  tuned: null,
  gguf: null,
  differences: {},
  verdict: "not_measured",
  decidedBy: null,
  answers: [],
});

const time = (seconds: number) => new Date(Date.UTC(2026, 10, 22, 15, 37, seconds)).toISOString();

/** Events of a run that trained `steps` steps and ended. */
export function finishedEvents(steps: number): RunEventBody[] {
  return [
    { type: "run.queued", time: time(0) },
    { type: "run.started", time: time(1), pid: 1 },
    { type: "stage.started", time: time(2), stage: "train" },
    ...Array.from({ length: steps }, (_, index) => ({
      type: "train.step" as const,
      time: time(3 + index),
      step: index + 1,
      totalSteps: steps,
      epoch: (index + 1) / steps,
      loss: 3 / (index + 1),
      learningRate: 1e-4,
      gradNorm: 1,
      tokens: 100,
      supervisedTokens: 50,
      tokensPerSecond: 1000,
      secondsLeft: 1,
      memoryBytes: 1e8,
    })),
    { type: "stage.finished", time: time(40), stage: "train", seconds: 5 },
    { type: "run.finished", time: time(41) },
  ];
}

/** Lines of events.jsonl, numbered from `first`. */
export const eventLines = (events: readonly RunEventBody[], first = 1): string =>
  events
    .map((event, index) => `${JSON.stringify({ seq: first + index, attempt: 1, ...event })}\n`)
    .join("");

/** Writes the folder of a run as a runner leaves it. Returns its path. */
export async function makeRunFolder(
  ws: Workspace,
  slug: string,
  run: {
    id: string;
    number?: number;
    events?: readonly RunEventBody[];
    files?: Record<string, string>;
  },
): Promise<string> {
  const folder = join(ws.home, "projects", slug, "runs", run.id);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "events.jsonl"), eventLines(run.events ?? finishedEvents(20)));
  for (const [name, text] of Object.entries(run.files ?? {})) {
    await mkdir(join(folder, name, ".."), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  await writeFile(
    join(folder, "run.json"),
    JSON.stringify(sampleSpec(slug, run.id, run.number ?? 1)),
  );
  return folder;
}
