import { AppError, toErrorBody } from "#contract/errors.ts";
import type { ErrorBody, ErrorCode } from "#contract/errors.ts";
import type { TrainerEvent } from "#contract/events.ts";
import type { RunSpec } from "#contract/run.ts";
import { readGolden } from "#core/deploy/golden.ts";
import { parseModelName, showName } from "#core/deploy/name.ts";
import { hasPassed, rememberPass } from "#core/deploy/rehearsal-cache.ts";
import type { RehearsalKey } from "#core/deploy/rehearsal-cache.ts";
import { rehearseInOllama } from "#core/deploy/rehearsal.ts";
import { modelSettings } from "#core/deploy/settings.ts";
import type { ModelSettings } from "#core/deploy/settings.ts";
import { checkTarget } from "#core/deploy/target.ts";
import type { Target } from "#core/deploy/target.ts";
import { originOf } from "#core/passport/reproduce.ts";
import type { RunPaths } from "#core/runs/run-paths.ts";
import { readSettings } from "#core/settings.ts";
import { splitTexts } from "#core/trainer/split-texts.ts";

type Asked = Extract<TrainerEvent, { type: "rehearsal.asked" }>;
type Ready = Extract<TrainerEvent, { type: "rehearsal.ready" }>;

/** A line for the trainer's stdin. */
export type RehearsalAnswer =
  | { type: "rehearse" }
  | { type: "go"; ollama?: string; reason?: string }
  | { type: "stop" };

export interface RehearsalOptions {
  home: string;
  spec: RunSpec;
  paths: RunPaths;
  /** Aborts at a wish, and when the trainer has ended. */
  signal: AbortSignal;
  answer: (answer: RehearsalAnswer) => void;
}

export interface Rehearsal {
  /** To be called with every event of the trainer; returns at once. */
  hear: (event: TrainerEvent) => void;
  /** Resolves when nothing is under way any more: with what training must not start with. */
  settled: () => Promise<ErrorBody | undefined>;
}

/** Without Ollama a run goes on, for it can be deployed later; its name must be right, though. */
const absent: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "ollama_not_running",
  "ollama_not_ollama",
  "ollama_address_invalid",
  "ollama_timeout",
  "ollama_too_old",
  "ollama_connection_lost",
]);

/**
 * The runner's half of the rehearsal before training: says whether it passed before, and tries the
 * way into Ollama with the GGUF that the trainer made of the untouched base.
 */
export function answerRehearsal(options: RehearsalOptions): Rehearsal {
  const { home, spec, answer, signal } = options;
  let pending = Promise.resolve();
  let refused: ErrorBody | undefined;
  let known: { key: RehearsalKey; target: Target | AppError } | undefined;

  const asked = async (event: Asked): Promise<void> => {
    const target = await findTarget(options);
    known = { key: rehearsalKey(spec, event, target), target };
    answer((await hasPassed(home, known.key)) ? { type: "go" } : { type: "rehearse" });
  };
  const ready = async (event: Ready): Promise<void> => {
    if (!known) throw new Error("rehearsal.ready comes after rehearsal.asked");
    const { key, target } = known;
    const missing = target instanceof AppError ? target : await tryOllama(options, target, event);
    // Where Ollama went away in the middle, neither of the two was tried whole.
    if (!missing || missing === target) await rememberPass(home, key);
    if (missing) answer({ type: "go", reason: missing.message });
    else answer({ type: "go", ollama: key.ollamaVersion });
  };
  const follow = (step: () => Promise<void>): void => {
    pending = pending.then(step).catch((error: unknown) => {
      // A wish ends the trainer by itself.
      if (signal.aborted) return;
      refused = toErrorBody(error);
      answer({ type: "stop" });
    });
  };
  return {
    hear: (event) => {
      if (event.type === "rehearsal.asked") follow(() => asked(event));
      if (event.type === "rehearsal.ready") follow(() => ready(event));
    },
    settled: async () => {
      await pending;
      return refused;
    },
  };
}

/** Where the model will go, or why there is no such place now. Errors: those of the name. */
async function findTarget({
  home,
  spec,
  paths,
  signal,
}: RehearsalOptions): Promise<Target | AppError> {
  if (await originOf(paths.folder)) return new AppError("reproduction_alone");
  const { ollamaAddress } = await readSettings({ home });
  const name = spec.targetName;
  return await checkTarget({ home, run: spec.id, name, setting: ollamaAddress, signal }).catch(
    orAbsent,
  );
}

/** Why Ollama could not be asked to the end. Errors: what would keep the trained model out of it. */
async function tryOllama(
  { home, spec, paths, signal }: RehearsalOptions,
  target: Target,
  { gguf }: Ready,
): Promise<AppError | undefined> {
  const tokenise = (texts: readonly string[]) =>
    splitTexts({ home }, spec.model.path, texts, signal);
  return await rehearseInOllama({
    ...target,
    mark: `rehearsal-${spec.id}`,
    gguf,
    settings: settingsOf(spec),
    golden: await readGolden(paths.folder),
    tokenise,
    signal,
  }).then(() => undefined, orAbsent);
}

function orAbsent(error: unknown): AppError {
  if (error instanceof AppError && absent.has(error.code)) return error;
  throw error;
}

function settingsOf({ modelfile, template }: RunSpec): ModelSettings {
  return modelSettings({ modelfile, stopTokens: [], takesSystem: template.system === "supported" });
}

function rehearsalKey(
  spec: RunSpec,
  { format, thinking, modelFiles }: Asked,
  target: Target | AppError,
): RehearsalKey {
  const ollama = target instanceof AppError ? undefined : target.ollama;
  return {
    modelSha256: spec.model.sha256,
    modelFilesSha256: modelFiles,
    templateSha256: spec.template.sha256,
    thinking,
    engine: spec.versions["engine"] ?? "",
    tunesmith: spec.versions["tunesmith"] ?? "",
    ollamaVersion: ollama?.version ?? "none",
    ollamaAddress: ollama?.address ?? "",
    format,
    device: spec.device.type,
    lora: spec.lora,
    loadIn4Bit: spec.quantization.load_in_4bit === true,
    settings: settingsOf(spec) as RehearsalKey["settings"],
    name: showName(parseModelName(spec.targetName)),
  };
}
