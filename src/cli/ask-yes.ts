import { createInterface } from "node:readline/promises";
import type { Terminal } from "./terminal.ts";

/** Whether a person sits at this terminal. */
export const canAsk = ({ live }: Terminal): boolean => live && process.stdin.isTTY;

/** A question that only a clear yes answers, in English or German. */
export async function askYes(question: string): Promise<boolean> {
  const dialogue = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await dialogue.question(`${question} [y/N] `);
    return /^(y|yes|j|ja)$/i.test(answer.trim());
  } finally {
    dialogue.close();
  }
}
