import { randomBytes } from "node:crypto";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { errorBodySchema } from "#contract/errors.ts";
import type { ErrorBody } from "#contract/errors.ts";
import { resolveModel } from "../models/reference.ts";
import { readProject } from "../projects/projects.ts";
import { effectiveSettings } from "../resolve/effective.ts";
import { rowError } from "../runs/row-errors.ts";
import { askTrainerLines } from "../trainer/ask.ts";
import { temporaryFolder } from "../workspace.ts";
import type { Workspace } from "../workspace.ts";
import { readRows } from "./check.ts";

/** A row as training feeds it: one entry per token in each of the three lists. */
export interface TokenRow {
  id: string;
  ids: number[];
  /** The token's own id where it is learned, else -100. */
  labels: number[];
  pieces: string[];
}
/** A row that the model cannot take. */
export interface RefusedRow {
  id: string;
  error: ErrorBody;
}

const replySchema = z.union([
  z.object({
    id: z.string(),
    ids: z.array(z.int()),
    labels: z.array(z.int()),
    pieces: z.array(z.string()),
  }),
  z.object({ id: z.string(), error: errorBodySchema }),
]);

/**
 * A page of rows token by token, however long they are, with the project's system prompt where they
 * bring none. Errors: not_found, model_*, engine_missing, python_failed.
 */
export async function previewTokens(
  ws: Workspace,
  slug: string,
  options: { file?: string; offset?: number; limit?: number } = {},
): Promise<(TokenRow | RefusedRow)[]> {
  const project = await readProject(ws, slug);
  const model = await resolveModel(project.model);
  const { rows } = await readRows(ws, slug, options);
  if (rows.length === 0) return [];
  const settings = await effectiveSettings(ws, project);
  const system = String(settings.modelfile_config["system"] ?? "");
  const file = join(temporaryFolder(ws), `rows-${randomBytes(6).toString("hex")}.jsonl`);
  try {
    await writeFile(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
    const args = ["tokens", "--model", model, "--rows", file];
    args.push("--train-on", String(settings.training_config["train_on"]));
    args.push("--day", new Date().toISOString().slice(0, 10));
    // As one argument, so that a prompt that begins with a dash is none.
    if (system !== "") args.push(`--system=${system}`);
    const replies = await askTrainerLines(ws, args, replySchema, { model });
    return replies.map((reply) =>
      "error" in reply ? { id: reply.id, error: rowError(reply.id, reply.error) } : reply,
    );
  } finally {
    await rm(file, { force: true });
  }
}
