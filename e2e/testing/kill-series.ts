import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import type { RunEvent } from "#contract/events.ts";
import * as core from "#core/api.ts";
import { startOllama } from "#core/deploy/testing/ollama-server.ts";
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
import { adapterHash, carry, clearOllama, finished, runnerPid } from "./real-run.ts";
import { slowOllama } from "./slow-ollama.ts";
import type { SlowOllama } from "./slow-ollama.ts";

/** What one run came to that was killed once or more. */
export interface KillResult {
  kills: {
    moment: string;
    /** What it was in the middle of, where that was made certain. */
    inside: Moment["inside"] | null;
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
  const slow = await slowOllama(ollama.address);
  let server: ChildProcess | undefined;
  try {
    const ws = await core.openWorkspace({ home });
    await updateSettings(ws, { ollamaAddress: slow.address });
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
    const reference = await carry(ws, slug, slow);
    const steps = reference.plan.optimizerSteps;
    tell(`undisturbed: ${steps} steps, adapter ${reference.hash.slice(0, 12)}`);
    const results: KillResult[] = [];
    for (const moments of plan(random, steps)) {
      const result = await killRun(ws, slug, { slow, moments, random, hash: reference.hash });
      tell(JSON.stringify(result));
      results.push(result);
    }
    return { seed, steps, results };
  } finally {
    server?.kill("SIGKILL");
    await slow.stop();
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
      inUpload(),
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
  [inConversion(), inUpload()],
];

async function killRun(
  ws: core.Workspace,
  slug: string,
  given: { slow: SlowOllama; moments: readonly Moment[]; random: Random; hash: string },
): Promise<KillResult> {
  const { slow, moments, random, hash } = given;
  const began = performance.now();
  const { id } = await core.startRun(ws, slug);
  const paths = runPaths(ws, slug, id);
  const kills: KillResult["kills"] = [];
  for (const [index, moment] of moments.entries()) {
    const runner = await runnerPid(paths.events, index + 1);
    const came = await moment.wait(paths, slow);
    const target = pick(random, moment.targets);
    const before = await readEventLog(paths.events);
    const hit = came ? await strike(paths, target, runner) : "nothing";
    slow.release();
    const afterCheckpoint = before.some(({ type }) => type === "train.checkpoint");
    const { name, inside = null } = moment;
    kills.push({ moment: name, inside, hit, afterCheckpoint });
  }
  await finished(ws, slug, id);
  const events = await readEventLog(paths.events);
  const { state } = await core.readRun(ws, slug, id);
  const adapter = await adapterHash(paths.adapter);
  const verified = state.stages.find(({ stage }) => stage === "verify_ollama")?.status;
  await clearOllama(slow);
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
  for (const [index, event] of events.entries()) {
    if (event.type !== "run.started" || event.attempt === 1) continue;
    faults.push(...lostSteps(events, index));
  }
  for (const { checkpoint, firstStep } of resumedAttempts(events)) {
    if (firstStep !== null && firstStep !== checkpoint + 1) {
      faults.push(`went on with step ${firstStep} behind the checkpoint of ${checkpoint}`);
    }
  }
  return faults;
}

/** What an attempt trains anew though a checkpoint of it was on the disk. */
function lostSteps(events: readonly RunEvent[], begin: number): string[] {
  const before = events.slice(0, begin);
  const trained = before.some(
    (event) => event.type === "stage.finished" && event.stage === "train",
  );
  const kept = before.findLast((event) => event.type === "train.checkpoint")?.step;
  const { attempt } = events[begin] as RunEvent;
  const own = events.filter((event) => event.attempt === attempt);
  const from = own.find((event) => event.type === "train.resumed")?.step ?? 0;
  const steps = own.some(({ type }) => type === "train.step");
  if (trained && steps) return [`attempt ${attempt} trained again what was trained`];
  if (!trained && kept !== undefined && steps && from < kept) {
    return [`attempt ${attempt} began at ${from}, though step ${kept} was kept`];
  }
  return [];
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

/** The server is what takes runs up whose runner died. */
export async function serve(home: string): Promise<ChildProcess> {
  const script = join(import.meta.dirname, "serve.ts");
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", script, home], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(child.stdout, "data");
  return child;
}
