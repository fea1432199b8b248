import { stat } from "node:fs/promises";
import { basename } from "node:path";
import type { z } from "@hono/zod-openapi";
import type { runPartReply } from "#contract/routes/runs.ts";
import type { RunFiles } from "#core/api.ts";
import { folderBytes } from "../http/folder-bytes.ts";

export type PartReply = z.infer<typeof runPartReply>;
export type Part = PartReply["part"];
export interface PartFile extends PartReply {
  readonly path: string;
  readonly folder: boolean;
}

const order: readonly Part[] = ["gguf", "modelfile", "adapter", "merged", "report", "log"];

/** What a run has to download. Folders come as archives; files keep their names, as a Modelfile names its GGUF. */
export async function partsOf(files: RunFiles, label: string): Promise<PartFile[]> {
  const parts: PartFile[] = [];
  for (const part of order) {
    const path = files[part];
    const found = path === undefined ? undefined : await stat(path).catch(() => undefined);
    if (path === undefined || !found) continue;
    const folder = found.isDirectory();
    const name = folder ? `${label}-${part}.zip` : basename(path);
    parts.push({ part, name, path, folder, bytes: folder ? await folderBytes(path) : found.size });
  }
  return parts;
}
