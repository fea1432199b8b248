import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { engineStatus } from "../engine/status.ts";
import { root } from "../engine/locks.ts";
import type { Workspace } from "../workspace.ts";

/** What results depend on beside the spec: Tunesmith, Node, and the engine with its main packages. */
export async function versions(ws: Workspace): Promise<Record<string, string>> {
  const { id, stamp } = await engineStatus(ws.home);
  const { version } = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as {
    version: string;
  };
  return {
    ...stamp?.versions,
    tunesmith: version,
    node: process.versions.node,
    engine: basename(id),
  };
}
