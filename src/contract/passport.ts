import { z } from "zod";
import { runChangeSchema } from "./run-changes.ts";
import { deviceSchema, precisionSchema, runDataFileSchema } from "./run.ts";

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** <run>/passport.json: hashes of everything that a run was made from, and of what it made. */
export const passportSchema = z.object({
  schemaVersion: z.literal(1),
  run: z.object({ project: z.string(), id: z.string(), number: z.int().positive() }),
  frozenAt: z.iso.datetime(),
  /** When the run's own files were hashed; null before its end. */
  sealedAt: z.iso.datetime().nullable(),
  /** Hash of the frozen spec without what names the run and where the base lies. */
  config: sha256,
  /** What was changed since: a run with changes is equal to one with the same, and to no other. */
  changes: z.array(runChangeSchema).default([]),
  data: z.object({
    train: sha256,
    check: sha256,
    /** The files that the rows came from. */
    files: z.array(runDataFileSchema),
  }),
  base: z.object({ id: z.string(), sha256, template: z.string() }),
  environment: z.object({
    device: deviceSchema,
    precision: precisionSchema,
    /** Hash of the locks of Python packages and llama.cpp, and every version that is known. */
    versions: z.record(z.string(), z.string()),
  }),
  /** Hash of the trainer's sources; null for a run from before that was noted. */
  code: z.object({ version: z.string(), sha256: sha256.nullable() }),
  seeds: z.object({
    /** Order of rows, first values, dropout, split. */
    training: z.int(),
    /** Of the served model; null = a new one for each answer. */
    serving: z.int().nullable(),
  }),
  /** Paths in the run's folder, with forward slashes. */
  outputs: z.array(z.object({ path: z.string(), bytes: z.int().nonnegative(), sha256 })),
});
export type Passport = z.infer<typeof passportSchema>;

/**
 * frozen: what the run is made from; output: what it made; source: the project's files, which may
 * change later; environment: this machine and this Tunesmith now.
 */
const checkKinds = ["frozen", "output", "source", "environment"] as const;

const passportCheckSchema = z.object({
  kind: z.enum(checkKinds),
  /** A key of the passport, or a path in the run's folder. */
  name: z.string(),
  expected: z.string().nullable(),
  found: z.string().nullable(),
  state: z.enum(["equal", "differs", "missing"]),
});
export type PassportCheck = z.infer<typeof passportCheckSchema>;

/** How a run compares with its passport now. */
const verificationSchema = z.object({
  run: passportSchema.shape.run,
  /** Everything frozen and everything made is what the passport says. */
  equal: z.boolean(),
  /** The run has ended, so that its outputs are in the passport. */
  sealed: z.boolean(),
  checks: z.array(passportCheckSchema),
});
export type Verification = z.infer<typeof verificationSchema>;

/** How a run that reproduces another one compares with it. */
export const reproductionSchema = z.object({
  run: passportSchema.shape.run,
  of: passportSchema.shape.run,
  /** The weights that were learned are the same, bit for bit. */
  equal: z.boolean(),
  outputs: z.array(passportCheckSchema),
  /** What is otherwise than it was then, and so may be why. */
  differences: z.array(passportCheckSchema),
});
export type Reproduction = z.infer<typeof reproductionSchema>;
