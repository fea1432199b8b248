/** Every stage of a run, in order. Plain data: the page folds events without their schemas. */
export const stages = [
  "detect_device",
  "import_libraries",
  "load_model",
  "setup_lora",
  "tokenize",
  "train",
  "evaluate",
  "merge_lora",
  "convert_gguf",
  "quantize_gguf",
  "create_modelfile",
  "register_ollama",
  "verify_ollama",
] as const;
export type Stage = (typeof stages)[number];

/** Stages that the trainer carries out; the rest belong to the runner. */
export const trainerStages: readonly Stage[] = stages.slice(0, 10);
