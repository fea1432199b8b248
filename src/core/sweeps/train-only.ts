import { existsSync } from "node:fs";
import type { RunSpec, RunState } from "#contract/run.ts";
import type { RunPaths } from "../runs/run-paths.ts";

/** Whether a run ends behind its evaluation: a trial of which no model is wanted (yet). */
export const endsTrained = (spec: RunSpec, paths: RunPaths): boolean =>
  spec.trial !== undefined && !existsSync(paths.exportWanted);

/** Whether a finished run still has its export before it. */
export const awaitsExport = (state: RunState, paths: RunPaths): boolean =>
  existsSync(paths.exportWanted) &&
  state.stages.some(({ stage, status }) => stage === "merge_lora" && status !== "finished");
