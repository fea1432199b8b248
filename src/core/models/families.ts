/**
 * Families (`model_type`) that count as supported, with their models in the trainer's tests
 * (trainer/tunesmith_trainer/testing_models.py): each of these trains packed as unpacked, merges,
 * converts, quantises and is proven in Ollama there.
 */
const testedFamilies: Record<string, readonly string[]> = {
  llama: ["starter", "llama3", "llama2", "llama2-json", "smollm"],
  mistral: ["mistral"],
  qwen2: ["qwen2"],
  qwen3: ["qwen3"],
  smollm3: ["smollm3"],
  gemma3_text: ["gemma3"],
  phi3: ["phi3"],
};

/** Whether a family's whole way into Ollama is tested; others may still pass the rehearsal. */
export const isSupportedFamily = (family: string): boolean => Object.hasOwn(testedFamilies, family);
