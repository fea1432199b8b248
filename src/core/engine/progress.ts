/** The parts of an installation, in order. `waiting`: another process installs the same engine. */
export type EngineStep =
  | "waiting"
  | "checking"
  | "uv"
  | "python"
  | "compiling"
  | "llama"
  | "source"
  | "verifying";

export interface EngineProgress {
  step: EngineStep;
  /** Bytes downloaded so far and in all, where they are known. */
  doneBytes?: number;
  totalBytes?: number;
  /** What is being done right now, such as a package's name. */
  note?: string;
}

export type OnEngineProgress = (progress: EngineProgress) => void;
