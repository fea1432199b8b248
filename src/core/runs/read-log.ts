import { open } from "node:fs/promises";
import { isMissing } from "../files/error-code.ts";
import type { Workspace } from "../workspace.ts";
import { runPaths } from "./run-paths.ts";

/** worker.log: its last `bytes` (64 KiB where absent), from the first whole line on. */
export async function readLog(
  ws: Workspace,
  slug: string,
  id: string,
  options: { bytes?: number } = {},
): Promise<{ text: string; bytes: number; truncated: boolean }> {
  const wanted = options.bytes ?? 65_536;
  let file;
  try {
    file = await open(runPaths(ws, slug, id).workerLog, "r");
  } catch (error) {
    if (isMissing(error)) return { text: "", bytes: 0, truncated: false };
    throw error;
  }
  try {
    const { size } = await file.stat();
    const start = Math.max(0, size - wanted);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(wanted), 0, wanted, start);
    const text = buffer.toString("utf8", 0, bytesRead);
    const truncated = start > 0;
    return { text: truncated ? text.slice(text.indexOf("\n") + 1) : text, bytes: size, truncated };
  } finally {
    await file.close();
  }
}
