/** What a part of the workspace is. */
export const diskKinds = [
  /** Examples with their versions, findings, documents and drafts. */
  "data",
  /** Adapter, GGUF, report and log of a run. */
  "run",
  "checkpoints",
  "merged",
  /** Half-made, and of no use to anyone. */
  "leftovers",
  "trash",
  /** Untouched bases as GGUF, made anew for the next conversation. */
  "base_models",
  /** Bases that came along with runs. */
  "models",
  /** Made anew when needed. */
  "cache",
  "engine",
  /** Settings, queue, measurements and the like. */
  "records",
] as const;
export type DiskKind = (typeof diskKinds)[number];
