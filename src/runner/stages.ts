import { createModelfile } from "./create-modelfile.ts";
import { registerOllama, verifyOllama } from "./register-ollama.ts";
import type { RunnerStage } from "./stage.ts";

/** The stages after the trainer's, in order. Each can be repeated. */
export const runnerStages = {
  create_modelfile: createModelfile,
  register_ollama: registerOllama,
  verify_ollama: verifyOllama,
} satisfies Record<string, RunnerStage>;
