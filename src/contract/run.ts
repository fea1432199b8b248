import { z } from "zod";
import { errorBodySchema } from "./errors.ts";
import { intervalSchema, scoreSchema, stageSchema, verdictSchema, wishSchema } from "./events.ts";
import { memoryEstimateSchema } from "./memory.ts";
import { registry } from "./parameters/registry.ts";
import type { Parameter, ParameterValue, Section } from "./parameters/types.ts";

/** Keys that came after runs were frozen without them, and what those runs did. */
const before: Partial<Record<Parameter["key"], ParameterValue>> = {
  excess_length_strategy: "drop",
};
const sinceLater = (key: Parameter["key"], schema: z.ZodType) =>
  key in before ? schema.default(before[key]) : schema;

/** A section with every default resolved: only keys whose default is "unset" may be absent. */
const resolvedSection = (section: Section) =>
  z.strictObject(
    Object.fromEntries(
      registry[section].map(({ key, schema, default: rule }) => [
        key,
        rule.kind === "fixed" && rule.value === null ? schema.optional() : sinceLater(key, schema),
      ]),
    ),
  ) as unknown as z.ZodType<Record<Parameter["key"], ParameterValue>>;

export const deviceSchema = z.object({
  type: z.enum(["cpu", "cuda", "mps"]),
  name: z.string(),
  memoryBytes: z.int().nonnegative(),
  threads: z.int().positive(),
});

export const precisionSchema = z.strictObject({
  mode: z.enum(["fp32", "bf16", "fp16"]),
  weightsDtype: z.enum(["float32", "bfloat16", "float16"]),
  autocast: z.boolean(),
  reason: z.string(),
});
export type Precision = z.infer<typeof precisionSchema>;

export const runDataFileSchema = z.strictObject({
  name: z.string(),
  role: z.enum(["train", "check"]),
  bytes: z.int().nonnegative(),
  sha256: z.string(),
});

/** run.json: the frozen, fully resolved spec of one run. */
export const runSpecSchema = z.strictObject({
  schemaVersion: z.literal(1),
  id: z.string(),
  number: z.int().positive(),
  createdAt: z.iso.datetime(),
  project: z.strictObject({ slug: z.string(), name: z.string() }),
  targetName: z.string(),
  /** A trial of a sweep is trained and measured, and exported only when that is asked for. */
  trial: z.strictObject({ sweep: z.string() }).optional(),
  /** Consent, given at the start, to load in 4 bits where nothing else lets it fit into memory. */
  allow4bit: z.literal(true).optional(),
  device: deviceSchema,
  precision: precisionSchema,
  model: z.strictObject({
    id: z.string(),
    path: z.string(),
    sha256: z.string(),
    parameters: z.int().positive(),
    architecture: z.string(),
    /** The commit of a model from the hub. */
    revision: z.string().optional(),
  }),
  training: resolvedSection("training_config"),
  lora: resolvedSection("lora_config"),
  quantization: resolvedSection("quantization_config"),
  modelfile: resolvedSection("modelfile_config"),
  data: z.strictObject({
    trainRows: z.int().positive(),
    checkRows: z.int().nonnegative(),
    checkSource: z.enum(["file", "split", "none"]),
    trainSha256: z.string(),
    checkSha256: z.string(),
    files: z.array(runDataFileSchema),
  }),
  template: z.strictObject({
    sha256: z.string(),
    source: z.string(),
    system: z.enum(["supported", "rejected"]),
  }),
  plan: z.strictObject({
    optimizerSteps: z.int().positive(),
    stepsPerEpoch: z.int().positive(),
    packs: z.int().positive(),
    tokens: z.int().positive(),
    supervisedTokens: z.int().positive(),
    exports: z.enum(["best", "last"]),
  }),
  /** What the run was expected to need; absent where the model's sizes are not known. */
  memory: memoryEstimateSchema.optional(),
  decisions: z.array(errorBodySchema),
  /** What one checkpoint takes on the disk. */
  checkpointBytes: z.int().nonnegative().optional(),
  checkpointSeconds: z.number().positive(),
  keepCheckpoints: z.int().positive(),
  versions: z.record(z.string(), z.string()),
});
export type RunSpec = z.infer<typeof runSpecSchema>;

export const runStatusSchema = z.enum([
  "queued",
  "running",
  "finished",
  "failed",
  "cancelled",
  "paused",
  "interrupted",
]);
export type RunStatus = z.infer<typeof runStatusSchema>;

const stageStateSchema = z.object({
  stage: stageSchema,
  status: z.enum(["waiting", "running", "finished", "skipped", "failed"]),
  seconds: z.number().nullable(),
  done: z.number().nullable(),
  total: z.number().nullable(),
  unit: z.string().nullable(),
  note: z.string().nullable(),
  reason: errorBodySchema.nullable(),
  /** What the stage found, as far as it said; small and plain. */
  result: z.record(z.string(), z.unknown()).nullable(),
});

/** What a fold over events.jsonl gives: everything that is shown of a run. */
export const runStateSchema = z.object({
  status: runStatusSchema,
  attempt: z.int().nonnegative(),
  seq: z.int().nonnegative(),
  stage: stageSchema.nullable(),
  stages: z.array(stageStateSchema),
  startedAt: z.string().nullable(),
  endedAt: z.string().nullable(),
  step: z.int().nonnegative(),
  totalSteps: z.int().nonnegative(),
  epoch: z.number(),
  loss: z.number().nullable(),
  heldOutLoss: z.number().nullable(),
  tokensPerSecond: z.number().nullable(),
  secondsLeft: z.number().nullable(),
  memoryBytes: z.int().nonnegative(),
  bestStep: z.int().nullable(),
  lastCheckpoint: z.int().nullable(),
  decisions: z.array(errorBodySchema),
  warnings: z.array(errorBodySchema),
  error: errorBodySchema.nullable(),
  wish: wishSchema.nullable(),
  /** Why it stands where it stands, where nobody asked for that: paused or broken off. */
  reason: errorBodySchema.nullable(),
  /** How often it was taken up by itself since a person last asked for it. */
  automaticResumes: z.int().nonnegative(),
  /** Nothing has moved for long; null as soon as something does. */
  stalled: z
    .object({ since: z.string(), seconds: z.number(), where: z.string(), cause: errorBodySchema })
    .nullable(),
  verdict: verdictSchema.nullable(),
  scores: z
    .object({
      /** What the verdict and the interval are about. */
      decidedBy: z.enum(["exactMatch", "loss"]).nullable(),
      base: scoreSchema.nullable(),
      tuned: scoreSchema.nullable(),
      gguf: scoreSchema.nullable(),
      interval: intervalSchema.nullable(),
    })
    .nullable(),
});
export type RunState = z.infer<typeof runStateSchema>;

/** One point of the training curve. */
export const curvePointSchema = z.object({
  step: z.int(),
  loss: z.number().nullable(),
  learningRate: z.number().nullable(),
  gradNorm: z.number().nullable(),
  tokensPerSecond: z.number().nullable(),
  memoryBytes: z.number().nullable(),
  heldOutLoss: z.number().nullable(),
});
export type CurvePoint = z.infer<typeof curvePointSchema>;

/** report.json */
export const reportSchema = z.object({
  schemaVersion: z.literal(1),
  n: z.int().nonnegative(),
  base: scoreSchema.nullable(),
  tuned: scoreSchema.nullable(),
  gguf: scoreSchema.extend({ format: z.string() }).nullable(),
  differences: z.record(z.string(), intervalSchema),
  verdict: verdictSchema,
  decidedBy: z.enum(["exactMatch", "loss"]).nullable(),
  answers: z.array(
    z.object({
      id: z.string(),
      prompt: z.string(),
      expected: z.string(),
      base: z.string().nullable(),
      tuned: z.string().nullable(),
      gguf: z.string().nullable(),
      baseStops: z.boolean().nullable(),
      tunedStops: z.boolean().nullable(),
      ggufStops: z.boolean().nullable(),
    }),
  ),
});
export type Report = z.infer<typeof reportSchema>;
