import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { isMissing } from "#core/files/error-code.ts";
import type { ChatMessage } from "./chat.ts";
import { usesTools } from "./tool-rows.ts";
import { readLines, type HeldOutAnswer } from "./golden.ts";

/** evaluation/gguf.json: greedy answers of the final GGUF by our own llama.cpp. */
const scoresSchema = z.object({
  rows: z.array(z.object({ id: z.string(), answer: z.string(), stops: z.boolean() })),
});
const rowSchema = z.object({
  id: z.string(),
  messages: z.array(
    z.object({ role: z.string(), content: z.string(), tool_calls: z.unknown().optional() }),
  ),
  tools: z.unknown().optional(),
});

export interface HeldOutPrompt {
  readonly id: string;
  /** The conversation up to the answer that was held out. */
  readonly messages: readonly ChatMessage[];
}

/** The prompts of the check rows, at most `count`, spread over the whole file. */
export async function heldOutPrompts(runFolder: string, count: number): Promise<HeldOutPrompt[]> {
  const file = join(runFolder, "data", "check.jsonl");
  const rows = await readLines(file, rowSchema).catch(ignoreMissing);
  const prompts = (rows ?? []).flatMap(({ id, messages, tools }) => {
    // Ollama takes calls out of an answer's text; the prompts of such rows are proven by themselves.
    if (usesTools({ messages, tools })) return [];
    const last = messages.findLastIndex(({ role }) => role === "assistant");
    return last > 0 ? [{ id, messages: messages.slice(0, last).map(plainTurn) }] : [];
  });
  return spread(prompts, count);
}

const plainTurn = ({ role, content }: Pick<ChatMessage, "role" | "content">): ChatMessage => ({
  role,
  content,
});

/**
 * At most `count` held-out prompts with llama.cpp's own answers; none where the run has no check
 * rows. Those that ended by themselves come first: they prove the end as well.
 */
export async function heldOutAnswers(runFolder: string, count = 3): Promise<HeldOutAnswer[]> {
  const file = join(runFolder, "evaluation", "gguf.json");
  const text = await readFile(file, "utf8").catch(ignoreMissing);
  if (text === undefined) return [];
  const answers = new Map(scoresSchema.parse(JSON.parse(text)).rows.map((row) => [row.id, row]));
  const prompts = await heldOutPrompts(runFolder, Number.POSITIVE_INFINITY);
  const known = prompts.flatMap(({ id, messages }) => {
    const row = answers.get(id);
    return row ? [{ id, messages: [...messages], text: row.answer, stopped: row.stops }] : [];
  });
  const ended = known.filter(({ stopped }) => stopped);
  return spread(ended.length >= count ? ended : known, count);
}

function spread<T>(items: readonly T[], count: number): T[] {
  if (items.length <= count) return [...items];
  return Array.from({ length: count }, (_, index) => {
    const item = items[Math.floor((index * items.length) / count)];
    if (item === undefined) throw new RangeError("spread beyond the end");
    return item;
  });
}

function ignoreMissing(error: unknown): undefined {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  if (!isMissing(cause)) throw error;
}
