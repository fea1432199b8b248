import { availableParallelism } from "node:os";
import type { EnginePaths } from "./paths.ts";

/** Variables that would bend the engine's Python away from its own packages. */
const foreign = ["PYTHONHOME", "PYTHONSTARTUP", "VIRTUAL_ENV", "CONDA_PREFIX"];

/**
 * The whole environment for a child that runs the trainer: this process's own, with what
 * docs/interfaces.md lists. `threads` is the run's frozen thread count.
 */
export function trainerEnvironment(
  paths: EnginePaths,
  {
    threads = availableParallelism(),
    env = process.env,
    tokenCache,
  }: TrainerEnvironmentOptions = {},
): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(([key]) => !foreign.includes(key));
  return {
    ...Object.fromEntries(kept),
    TUNESMITH_LLAMA: paths.llama,
    PYTHONPATH: paths.trainer,
    PYTHONNOUSERSITE: "1",
    PYTHONUTF8: "1",
    HF_HUB_OFFLINE: "1",
    TOKENIZERS_PARALLELISM: "false",
    OMP_NUM_THREADS: String(threads),
    OMP_WAIT_POLICY: "PASSIVE",
    ...(tokenCache === undefined ? {} : { TUNESMITH_TOKEN_CACHE: tokenCache }),
  };
}

export interface TrainerEnvironmentOptions {
  threads?: number;
  env?: NodeJS.ProcessEnv;
  /** Where tokenised rows are kept; nowhere where it is absent. */
  tokenCache?: string;
}
