/** What training's memory goes to. */
export const memoryParts = [
  "runtime",
  "weights",
  "adapter",
  "gradients",
  "optimizer",
  "activations",
  "logits",
] as const;
export type MemoryPart = (typeof memoryParts)[number];

/** When the most memory is held: the peak of a run is the largest of these. */
export const memoryPhases = ["load", "train", "evaluate"] as const;
export type MemoryPhase = (typeof memoryPhases)[number];
