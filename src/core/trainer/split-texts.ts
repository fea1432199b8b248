import { randomBytes } from "node:crypto";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { temporaryFolder } from "../workspace.ts";
import type { Workspace } from "../workspace.ts";
import { askTrainerLines } from "./ask.ts";

const textTokensSchema = z.object({ ids: z.array(z.int()), pieces: z.array(z.string()) });

/** Tokens of plain texts as training splits them, control tokens included and nothing added. */
export async function splitTexts(
  ws: Workspace,
  model: string,
  texts: readonly string[],
  signal?: AbortSignal,
): Promise<{ id: number; piece: string }[][]> {
  const file = join(temporaryFolder(ws), `texts-${randomBytes(6).toString("hex")}.json`);
  try {
    await writeFile(file, JSON.stringify(texts));
    const args = ["tokens", "--model", model, "--texts", file];
    const lines = await askTrainerLines(ws, args, textTokensSchema, {
      model,
      ...(signal ? { signal } : {}),
    });
    return lines.map(({ ids, pieces }) =>
      ids.map((id, index) => ({ id, piece: pieces[index] ?? "" })),
    );
  } finally {
    await rm(file, { force: true });
  }
}
