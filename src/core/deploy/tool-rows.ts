import { createReadStream } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { z } from "zod";
import { isMissing } from "#core/files/error-code.ts";

const rowSchema = z.object({
  messages: z.array(z.object({ role: z.string(), tool_calls: z.unknown().optional() })),
  tools: z.unknown().optional(),
});
type Row = z.infer<typeof rowSchema>;

/** Whether a conversation offers or uses tools, which Ollama writes in a form of its own. */
export const usesTools = ({ messages, tools }: Row): boolean =>
  Boolean(tools) || messages.some(({ role, tool_calls: calls }) => calls || role === "tool");

/** Rows of a run that use tools; the prompts of some are proven one by one. */
export async function countToolRows(runFolder: string): Promise<number> {
  let count = 0;
  for (const name of ["train.jsonl", "check.jsonl"]) {
    try {
      const input = createReadStream(join(runFolder, "data", name));
      for await (const line of createInterface({ input })) {
        // Most rows do without, and need not be parsed to tell.
        if (!line.includes('"tool')) continue;
        if (usesTools(rowSchema.parse(JSON.parse(line)))) count += 1;
      }
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }
  return count;
}
