import type { ErrorBody } from "#contract/errors.ts";
import type { RunEventBody } from "#contract/events.ts";
import type { RunSpec } from "#contract/run.ts";
import type { RunPaths } from "#core/runs/run-paths.ts";
import { createModelfile } from "./create-modelfile.ts";
import { registerOllama, verifyOllama } from "./register-ollama.ts";

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

/** The stages after the trainer's, in order. Each can be repeated. */
export const runnerStages = {
  create_modelfile: createModelfile,
  register_ollama: registerOllama,
  verify_ollama: verifyOllama,
} satisfies Record<string, RunnerStage>;
