import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { messageSchema as messageShape } from "#contract/dataset.ts";
import { AppError } from "#contract/errors.ts";
import { errorText, isMissing } from "#core/files/error-code.ts";

const messageSchema = z.object({ role: z.string(), content: z.string() });

const messageToolsSchema = messageShape.pick({ tool_calls: true, tool_call_id: true, name: true });

/** One line of <run>/golden.jsonl: a conversation as it is asked, and what training feeds for it. */
export const goldenSchema = z.object({
  id: z.string(),
  messages: z.array(messageSchema).min(1),
  /** Rendered by the training template with the generation prompt at its end. */
  prompt: z.string(),
  ids: z.array(z.int().nonnegative()).min(1),
});
export type GoldenConversation = z.infer<typeof goldenSchema>;

/** One line of <run>/golden-tools.jsonl: a row with tools up to its last answer, as training has it. */
export const goldenToolsSchema = goldenSchema.extend({
  messages: z.array(messageSchema.extend(messageToolsSchema.shape)).min(1),
  tools: z.array(z.record(z.string(), z.unknown())).optional(),
});
export type GoldenTools = z.infer<typeof goldenToolsSchema>;

/** A held-out prompt with the greedy answer that llama.cpp gave for the very same GGUF. */
export const heldOutAnswerSchema = z.object({
  id: z.string(),
  messages: z.array(messageSchema).min(1),
  text: z.string(),
  /** Whether it ended by itself within the limit. */
  stopped: z.boolean(),
});
export type HeldOutAnswer = z.infer<typeof heldOutAnswerSchema>;

/**
 * Fewer conversations than this prove too little. There are more than 24 before a template refuses
 * some, such as those with a system turn or with two turns of one role.
 */
const fewestGolden = 16;

/** <run>/golden.jsonl. Errors: those of `readLines`, file_invalid where there are too few. */
export async function readGolden(runFolder: string): Promise<GoldenConversation[]> {
  const file = join(runFolder, "golden.jsonl");
  const golden = await readLines(file, goldenSchema);
  if (golden.length >= fewestGolden) return golden;
  const detail = `it has ${golden.length} conversations, and a proof needs ${fewestGolden}`;
  throw new AppError("file_invalid", { file, detail });
}

/** <run>/golden-tools.jsonl; undefined where the run has none. Error: file_invalid. */
export async function readGoldenTools(runFolder: string): Promise<GoldenTools[] | undefined> {
  try {
    return await readLines(join(runFolder, "golden-tools.jsonl"), goldenToolsSchema);
  } catch (error) {
    if (error instanceof AppError && isMissing(error.cause)) return undefined;
    throw error;
  }
}

/** Read a small file of one JSON value per line. Errors: file_unreachable, file_invalid (with the line). */
export async function readLines<T>(path: string, schema: z.ZodType<T>): Promise<T[]> {
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    const detail = errorText(error);
    throw new AppError("file_unreachable", { file: path, detail }, { cause: error });
  });
  return text.split("\n").flatMap((line, index) => {
    if (line.trim() === "") return [];
    return [parseRow(line, schema, `${path}, line ${index + 1}`)];
  });
}

function parseRow<T>(text: string, schema: z.ZodType<T>, file: string): T {
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    const detail = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    throw new AppError("file_invalid", { file, detail });
  }
}
