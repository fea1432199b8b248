import { z } from "zod";
import { projectSchema } from "./project.ts";

/** The first file of an archive: what is in it, so that an import can be refused before it begins. */
export const archiveHeadSchema = z.object({
  format: z.literal("tunesmith-run"),
  schemaVersion: z.literal(1),
  tunesmith: z.string(),
  exportedAt: z.iso.datetime(),
  /** Without its data files, which belong to the project and not to the run. */
  project: projectSchema.omit({ data: true, revision: true }),
  run: z.object({ id: z.string(), number: z.int().positive() }),
  base: z.object({ id: z.string(), sha256: z.string(), included: z.boolean() }),
  /** Every file that follows, with its path in the archive. */
  files: z.array(z.object({ path: z.string(), bytes: z.int().nonnegative() })),
});
export type ArchiveHead = z.infer<typeof archiveHeadSchema>;

/** The last file of an archive: SHA-256 of every file between, by path. */
export const archiveHashesSchema = z.record(z.string(), z.string().regex(/^[0-9a-f]{64}$/));

export const headName = "tunesmith-run.json";
export const hashesName = "hashes.json";

/** What came of an import. */
export const importedSchema = z.object({
  project: z.string(),
  run: z.string(),
  number: z.int().positive(),
  /** A project was made for it. */
  created: z.boolean(),
  /** The base lies here, with the hash that the run was made from. */
  base_found: z.boolean(),
});
export type Imported = z.infer<typeof importedSchema>;
