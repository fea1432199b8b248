import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import type { RunEvent } from "#contract/events.ts";
import * as core from "#core/api.ts";
import { deleteModel, listModels } from "#core/deploy/models.ts";
import { startOllama } from "#core/deploy/testing/ollama-server.ts";
import type { TestOllama } from "#core/deploy/testing/ollama-server.ts";
import { readEventLog } from "#core/runs/event-log.ts";
import { runPaths } from "#core/runs/run-paths.ts";
import { updateSettings } from "#core/settings.ts";
import {
  atStep,
  inCheckpoint,
  inConversion,
  inMerge,
  inQuantising,
  inStage,
  inUpload,
  pick,
  seededRandom,
  strike,
} from "./kill-moments.ts";
import type { Moment, Random } from "./kill-moments.ts";

/** What one run came to that was killed once or more. */
export interface KillResult {
  kills: {
    moment: string;
    hit: string;
    /** Whether a checkpoint was whole on the disk when it came. */
    afterCheckpoint: boolean;
  }[];
  status: string;
  attempts: number;
  adapterEqual: boolean;
  inOllama: boolean;
  /** Each resumed attempt's checkpoint and first step. */
  resumed: { checkpoint: number; firstStep: number | null }[];
  faults: string[];
  seconds: number;
}

export interface KillSeries {
  seed: number;
  steps: number;
  results: KillResult[];
}

const rows = Array.from({ length: 24 }, (_, index) => ({
  prompt: `What colour is thing ${index}?`,
  completion: `Thing ${index} is ${["blue", "green", "red"][index % 3]}.`,
}));

/** The moments of each run's kills. */
export type Plan = (random: Random, steps: number) => Moment[][];

/**
 * Trains one run undisturbed and others that are killed with SIGKILL, at moments that the seed
 * gives. Everything is real: server, runner, trainer, Ollama.
 */
export async function killSeries(options: {
  plan: Plan;
  seed: number;
  tell: (text: string) => void;
}): Promise<KillSeries> {
  const { plan, seed, tell } = options;
  const random = seededRandom(seed);
  const home = await mkdtemp(join(tmpdir(), "tunesmith-kill-"));
  const ollama = await startOllama();
  let server: ChildProcess | undefined;
  try {
    const ws = await core.openWorkspace({ home });
    await updateSettings(ws, { ollamaAddress: ollama.address });
    const { slug } = await core.createProject(ws, { name: "Things" });
    const stream = Readable.from([rows.map((row) => JSON.stringify(row)).join("\n")]);
    await core.addDataFile(ws, slug, { name: "things.jsonl", role: "train", stream });
    await core.updateProject(ws, slug, {
      training_config: {
        num_train_epochs: 8,
        per_device_train_batch_size: 4,
        gradient_accumulation_steps: 1,
        packing: false,
        save_strategy: "steps",
        save_steps: 3,
        logging_steps: 1,
        early_stopping_patience: 0,
      },
      lora_config: { lora_dropout: 0.1 },
      modelfile_config: { num_predict: 8 },
    });
    server = await serve(home);
    const reference = await carry(ws, slug, ollama);
    const steps = reference.plan.optimizerSteps;
    tell(`undisturbed: ${steps} steps, adapter ${reference.hash.slice(0, 12)}`);
    const results: KillResult[] = [];
    for (const moments of plan(random, steps)) {
      const result = await killRun(ws, slug, { ollama, moments, random, hash: reference.hash });
      tell(JSON.stringify(result));
      results.push(result);
    }
    return { seed, steps, results };
  } finally {
    server?.kill("SIGKILL");
    await ollama.stop();
    await sleep(500);
    await rm(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 300 });
  }
}

/** As many runs as kills: each special moment, then random steps; few before the first checkpoint. */
export const oneEach =
  (count: number): Plan =>
  (random, steps) => {
    const special = [
      inCheckpoint(random, 6, steps - 6),
      inMerge(),
      inConversion(),
      inUpload(random),
      inQuantising(random),
      inStage(random, "tokenize"),
      inCheckpoint(random, 6, steps - 6),
      inStage(random, "evaluate"),
      inStage(random, "load_model"),
    ].slice(0, count);
    const rest = Array.from({ length: count - special.length }, () => atStep(random, 4, steps));
    return [...special, ...rest].map((moment) => [moment]);
  };

/** Five kills of two runs. A run is taken up by itself three times, so more would be too many. */
export const fiveInTwo: Plan = (random, steps) => [
  [inCheckpoint(random, 6, steps / 2), atStep(random, steps / 2 + 4, steps), inMerge()],
  [inConversion(), inUpload(random)],
];

async function killRun(
  ws: core.Workspace,
  slug: string,
  given: { ollama: TestOllama; moments: readonly Moment[]; random: Random; hash: string },
): Promise<KillResult> {
  const { ollama, moments, random, hash } = given;
  const began = performance.now();
  const { id } = await core.startRun(ws, slug);
  const paths = runPaths(ws, slug, id);
  const kills: KillResult["kills"] = [];
  for (const [index, moment] of moments.entries()) {
    const runner = await runnerPid(paths.events, index + 1);
    const came = await moment.wait(paths);
    const target = pick(random, moment.targets);
    const hit = came ? await strike(paths, target, runner) : "nothing";
    const before = await readEventLog(paths.events);
    const afterCheckpoint = before.some(({ type }) => type === "train.checkpoint");
    kills.push({ moment: moment.name, hit, afterCheckpoint });
  }
  await finished(ws, slug, id);
  const events = await readEventLog(paths.events);
  const { state } = await core.readRun(ws, slug, id);
  const adapter = await adapterHash(paths.adapter);
  const verified = state.stages.find(({ stage }) => stage === "verify_ollama")?.status;
  await clearOllama(ollama);
  return {
    kills,
    status: state.status,
    attempts: state.attempt,
    adapterEqual: adapter === hash,
    inOllama: verified === "finished",
    resumed: resumedAttempts(events),
    faults: faultsIn(events, kills),
    seconds: Math.round((performance.now() - began) / 1000),
  };
}

/** What must hold of every log, whatever was killed. */
function faultsIn(events: readonly RunEvent[], kills: KillResult["kills"]): string[] {
  const faults: string[] = [];
  if (kills.some(({ hit }) => hit === "nothing")) faults.push("nothing was killed");
  if (events.some(({ seq }, index) => seq !== index + 1)) faults.push("seqs are not consecutive");
  const attempts = new Set(events.map(({ attempt }) => attempt)).size;
  if (attempts !== kills.length + 1) faults.push(`${attempts} attempts`);
  const said = events.filter((event) => event.type === "run.resumed");
  if (said.length !== attempts - 1) faults.push(`${said.length} times said to be taken up`);
  for (const { checkpoint, firstStep } of resumedAttempts(events)) {
    if (firstStep !== null && firstStep !== checkpoint + 1) {
      faults.push(`went on with step ${firstStep} behind the checkpoint of ${checkpoint}`);
    }
  }
  return faults;
}

function resumedAttempts(events: readonly RunEvent[]): KillResult["resumed"] {
  return events.flatMap((event, index) => {
    if (event.type !== "train.resumed") return [];
    const later = events.slice(index).filter(({ attempt }) => attempt === event.attempt);
    const first = later.find(({ type }) => type === "train.step");
    return [
      { checkpoint: event.step, firstStep: first?.type === "train.step" ? first.step : null },
    ];
  });
}

async function carry(ws: core.Workspace, slug: string, ollama: TestOllama) {
  const { id, plan } = await core.startRun(ws, slug);
  await finished(ws, slug, id);
  const { state } = await core.readRun(ws, slug, id);
  if (state.status !== "finished") throw new Error(JSON.stringify(state.error));
  await clearOllama(ollama);
  return { plan, hash: await adapterHash(runPaths(ws, slug, id).adapter) };
}

/** The same name stays free, so that what the rehearsal found holds for every run. */
async function clearOllama({ address }: TestOllama): Promise<void> {
  for (const { name } of await listModels(address)) await deleteModel(address, name);
}

async function finished(ws: core.Workspace, slug: string, id: string): Promise<void> {
  for (;;) {
    const { status } = (await core.readRun(ws, slug, id)).state;
    if (["finished", "failed", "cancelled", "paused"].includes(status)) return;
    await sleep(100);
  }
}

/** The process that carries an attempt, as soon as it has begun. */
async function runnerPid(events: string, attempt: number): Promise<number> {
  for (;;) {
    const log = await readEventLog(events);
    const started = log.find((event) => event.type === "run.started" && event.attempt === attempt);
    if (started?.type === "run.started") return started.pid;
    await sleep(20);
  }
}

async function adapterHash(folder: string): Promise<string> {
  const bytes = await readFile(join(folder, "adapter_model.safetensors"));
  return createHash("sha256").update(bytes).digest("hex");
}

/** The server is what takes runs up whose runner died. */
export async function serve(home: string): Promise<ChildProcess> {
  const script = join(import.meta.dirname, "serve.ts");
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", script, home], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(child.stdout, "data");
  return child;
}
