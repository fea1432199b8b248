import { AppError } from "#contract/errors.ts";
import type { Stage } from "#contract/events.ts";
import type { DeployProgress } from "#core/deploy/candidate.ts";
import { registerModel, verifyModel } from "#core/deploy/deploy.ts";
import type { DeployOptions, Registration } from "#core/deploy/deploy.ts";
import { proofError } from "#core/deploy/proof-error.ts";
import { originOf } from "#core/passport/reproduce.ts";
import { readSettings } from "#core/settings.ts";
import { splitTexts } from "#core/trainer/split-texts.ts";
import type { RunnerStage, StageContext, StageOutcome } from "./stage.ts";

/*
 * Ollama is a guest of the run: whatever it cannot do, the run is finished and can be deployed later.
 */

/** What the first stage hands to the second; a repeated attempt registers anew. */
const registered = new WeakMap<StageContext, Registration | AppError>();

/** Uploads the GGUF and creates an interim model in Ollama. */
export const registerOllama: RunnerStage = async (context) => {
  const options = await deployOptions(context, "register_ollama");
  try {
    if (await originOf(context.paths.folder)) throw new AppError("reproduction_alone");
    const registration = await registerModel(context.paths.folder, options);
    registered.set(context, registration);
    return { result: { name: registration.candidate.name } };
  } catch (error) {
    const skipped = skipOrThrow(context, error);
    registered.set(context, error as AppError);
    return skipped;
  }
};

/** Proves the interim model, and gives it its name only then. */
export const verifyOllama: RunnerStage = async (context) => {
  const registration = registered.get(context);
  if (!registration) throw new Error("verify_ollama comes after register_ollama");
  if (registration instanceof AppError) return { skipped: registration.toBody() };
  const options = await deployOptions(context, "verify_ollama");
  try {
    const { deployed, name, proof } = await verifyModel(registration, options);
    if (deployed) return { result: { name, ollamaVersion: proof.ollamaVersion } };
    throw proofError(proof, name, proof.ollamaVersion);
  } catch (error) {
    return skipOrThrow(context, error);
  }
};

async function deployOptions(
  { home, spec, emit, signal }: StageContext,
  stage: Stage,
): Promise<DeployOptions> {
  const { ollamaAddress } = await readSettings({ home });
  return {
    home,
    ollamaAddress,
    tokenise: (texts) => splitTexts({ home }, spec.model.path, texts, signal),
    signal,
    onProgress: throttled(({ step, done, total, unit }) => {
      const time = new Date().toISOString();
      void emit({ time, type: "stage.progress", stage, done, total, unit, note: step });
    }),
  };
}

function skipOrThrow({ signal }: StageContext, error: unknown): StageOutcome {
  // A wish to stop ends the run; a fault of the program must not pass as a skipped stage.
  if (signal.aborted || !(error instanceof AppError)) throw error;
  return { skipped: error.toBody() };
}

const progressMs = 250;

/** An upload tells of every block: a few a second are enough for people, and the last one counts. */
function throttled(tell: (progress: DeployProgress) => void): (progress: DeployProgress) => void {
  let last = 0;
  return (progress) => {
    const now = performance.now();
    if (now - last < progressMs && progress.done < progress.total) return;
    last = now;
    tell(progress);
  };
}
