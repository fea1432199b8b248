import type { ErrorBody } from "#contract/errors.ts";
import type { RunEventBody } from "#contract/events.ts";
import type { RunSpec } from "#contract/run.ts";
import type { RunPaths } from "#core/runs/run-paths.ts";

/** What a stage of the runner works with. `signal` aborts at a wish to cancel or pause. */
export interface StageContext {
  home: string;
  spec: RunSpec;
  paths: RunPaths;
  emit: (event: RunEventBody) => Promise<void>;
  signal: AbortSignal;
}

export type StageOutcome = { result: Record<string, unknown> } | { skipped: ErrorBody };
export type RunnerStage = (context: StageContext) => Promise<StageOutcome>;
