import { z } from "zod";
import { errorBodySchema } from "./errors.ts";
import { memoryPhases } from "./memory.ts";
import { stages } from "./stages.ts";

export { stages, trainerStages, type Stage } from "./stages.ts";
export const stageSchema = z.enum(stages);

const count = z.int().nonnegative();
const maybe = z.number().nullable();
const time = z.iso.datetime();
const note = errorBodySchema;

export const scoreSchema = z.object({
  loss: maybe,
  exactMatch: maybe,
  stops: maybe,
  n: count,
});
export const intervalSchema = z.object({ mean: maybe, low: maybe, high: maybe });
export const verdictSchema = z.enum(["better", "not_proven", "worse", "not_measured"]);

const type = <T extends string, S extends z.ZodRawShape>(name: T, shape: S) =>
  z.object({ time, type: z.literal(name), ...shape });

/** What the trainer writes into trainer.jsonl. */
const trainerEventSchemas = [
  type("stage.started", { stage: stageSchema }),
  type("stage.progress", {
    stage: stageSchema,
    done: z.number(),
    total: z.number(),
    unit: z.string(),
    note: z.string().optional(),
  }),
  type("stage.finished", {
    stage: stageSchema,
    seconds: z.number(),
    result: z.record(z.string(), z.unknown()).optional(),
  }),
  type("stage.skipped", { stage: stageSchema, reason: note }),
  type("decision", note.shape),
  type("warning", note.shape),
  /** The trainer asks whether this chain passed before; the answer comes on its stdin. */
  type("rehearsal.asked", {
    format: z.string(),
    thinking: z.enum(["none", "on", "off"]),
    modelFiles: z.string(),
  }),
  /** The rehearsal's GGUF is there; the trainer waits until it was tried in Ollama. */
  type("rehearsal.ready", { gguf: z.string(), seconds: z.number() }),
  type("train.step", {
    step: count,
    totalSteps: count,
    epoch: z.number(),
    loss: maybe,
    learningRate: maybe,
    gradNorm: maybe,
    tokens: count,
    supervisedTokens: count,
    tokensPerSecond: maybe,
    secondsLeft: maybe,
    memoryBytes: count,
  }),
  type("train.evaluated", {
    step: count,
    epoch: z.number(),
    loss: maybe,
    tokens: count,
    best: z.boolean(),
  }),
  type("train.checkpoint", {
    step: count,
    folder: z.string(),
    reason: z.enum(["epoch", "steps", "time", "cancel", "pause", "end", "memory"]),
    best: z.boolean(),
  }),
  /** The most memory that was held in a phase of training; `probe` tries the largest batch. */
  type("memory.peak", { phase: z.enum([...memoryPhases, "probe"]), bytes: count }),
  /** Memory ran out: training goes on from `step`, one rung lower. All but “allocator” end bit-equality. */
  type("memory.lowered", {
    rung: z.enum(["allocator", "micro_batch", "checkpointing"]),
    step: count,
    batchSize: count,
    accumulation: count,
    checkpointing: z.boolean(),
  }),
  type("train.early_stopped", { step: count, patience: count, bestStep: count, bestLoss: maybe }),
  type("train.resumed", { step: count, folder: z.string() }),
  type("proof.gguf", {
    format: z.string(),
    tokenTexts: count,
    tokenTextsEqual: count,
    answers: count,
    answersEqual: count,
    nearTies: count,
  }),
  type("report", {
    verdict: verdictSchema,
    decidedBy: z.enum(["exactMatch", "loss"]).nullable(),
    base: scoreSchema.nullable(),
    tuned: scoreSchema.nullable(),
    gguf: scoreSchema.nullable(),
    interval: intervalSchema.nullable(),
  }),
  type("error", { error: note }),
  type("log", { level: z.enum(["debug", "info", "warning", "error"]), text: z.string() }),
] as const;

/** What may be asked of a run that is going on. */
export const wishSchema = z.enum(["cancel", "pause", "restart"]);
export type Wish = z.infer<typeof wishSchema>;

/** What only the runner writes. */
const runnerEventSchemas = [
  type("run.queued", {}),
  type("run.started", { pid: count }),
  type("run.finished", {}),
  type("run.failed", { error: note, stage: stageSchema.nullable() }),
  type("run.cancelled", { stage: stageSchema.nullable() }),
  /** `reason`: why it paused without anyone's wish, such as a disk that is nearly full. */
  type("run.paused", { stage: stageSchema.nullable(), reason: note.optional() }),
  /** Its runner or trainer died. `reason`: why it is not taken up by itself; null where it is. */
  type("run.interrupted", { stage: stageSchema.nullable(), reason: note.nullable() }),
  /** A later attempt begins. `count`: how often it was taken up by itself since a person asked. */
  type("run.resumed", { by: z.enum(["automatic", "person"]), count, step: count.nullable() }),
  type("run.wish", { wish: wishSchema }),
  /** Nothing has moved since `since`; `where` is what the trainer is at. */
  type("run.stalled", {
    stage: stageSchema.nullable(),
    since: time,
    seconds: z.number(),
    where: z.string(),
    cause: note,
  }),
] as const;

export const trainerEventSchema = z.discriminatedUnion("type", [...trainerEventSchemas]);
export type TrainerEvent = z.infer<typeof trainerEventSchema>;

export const runEventBodySchema = z.discriminatedUnion("type", [
  ...trainerEventSchemas,
  ...runnerEventSchemas,
]);
export type RunEventBody = z.infer<typeof runEventBodySchema>;

/** One line of events.jsonl. */
export const runEventSchema = runEventBodySchema.and(
  z.object({
    seq: z.int().positive(),
    attempt: z.int().positive(),
    /** The byte in trainer.jsonl behind this event, so that none is copied twice or left out. */
    offset: z.int().nonnegative().optional(),
  }),
);
export type RunEvent = z.infer<typeof runEventSchema>;
/** An event of one type. */
export type RunEventOf<T extends RunEvent["type"]> = Extract<RunEvent, { type: T }>;
