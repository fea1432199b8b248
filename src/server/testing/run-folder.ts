import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { RunEventBody } from "#contract/events.ts";
import { defaultFor, registry } from "#contract/parameters/registry.ts";
import type { Section } from "#contract/parameters/types.ts";
import { reportSchema, runSpecSchema } from "#contract/run.ts";
import type { Report, RunSpec } from "#contract/run.ts";
import type { Workspace } from "#core/workspace.ts";

const resolved = (section: Section) =>
  Object.fromEntries(
    registry[section]
      .map((parameter) => [parameter.key, defaultFor(parameter, "cpu")] as const)
      .filter(([, value]) => value !== null),
  );

/** A valid spec of a run of 20 steps. */
export function runSpec(slug: string, id: string, number: number): RunSpec {
  return runSpecSchema.parse({
    schemaVersion: 1,
    id,
    number,
    createdAt: "2026-11-22T15:37:26.000Z",
    project: { slug, name: "Sky" },
    targetName: slug,
    device: { type: "cpu", name: "Test", memoryBytes: 8e9, threads: 2 },
    precision: { mode: "fp32", weightsDtype: "float32", autocast: false, reason: "a test" },
    model: {
      id: "starter",
      path: "/models/starter",
      sha256: "0".repeat(64),
      parameters: 3_300_000,
      architecture: "LlamaForCausalLM",
    },
    training: resolved("training_config"),
    lora: { ...resolved("lora_config"), target_modules: ["q_proj"] },
    quantization: resolved("quantization_config"),
    modelfile: resolved("modelfile_config"),
    data: {
      trainRows: 40,
      checkRows: 0,
      checkSource: "none",
      trainSha256: "0".repeat(64),
      checkSha256: "0".repeat(64),
      files: [],
    },
    template: { sha256: "0".repeat(64), source: "tokenizer_config.json", system: "supported" },
    plan: {
      optimizerSteps: 20,
      stepsPerEpoch: 20,
      packs: 10,
      tokens: 1200,
      supervisedTokens: 500,
      exports: "last",
    },
    decisions: [],
    checkpointSeconds: 600,
    keepCheckpoints: 3,
    versions: { tunesmith: "0.0.0" },
  });
}

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
  await writeFile(join(folder, "run.json"), JSON.stringify(runSpec(slug, run.id, run.number ?? 1)));
  return folder;
}
