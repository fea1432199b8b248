import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { openWorkspace } from "../workspace.ts";
import type { Workspace } from "../workspace.ts";

/** A folder that is gone when the test is over. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "tunesmith-test-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

/** A workspace of the test's own. */
export async function temporaryWorkspace(): Promise<Workspace> {
  return openWorkspace({ home: await temporaryFolder() });
}
