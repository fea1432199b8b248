import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import * as core from "#core/api.ts";
import { startOllama } from "#core/deploy/testing/ollama-server.ts";
import { readEventLog } from "#core/runs/event-log.ts";
import { tryLock } from "#core/files/lock.ts";
import { deviceLock } from "#core/runs/queue.ts";
import { runPaths } from "#core/runs/run-paths.ts";
import { updateSettings } from "#core/settings.ts";
import { goneAll, processTree } from "./testing/hold.ts";
import {
  adapterHash,
  carry,
  clearOllama,
  fileHash,
  finished,
  runnerPid,
} from "./testing/real-run.ts";
import { slowOllama } from "./testing/slow-ollama.ts";
import { loadedModels, wishMoments } from "./testing/wish-moments.ts";

/*
 * One run is cancelled or paused in every stage, one after the other, and resumed each time. Trainer,
 * converter, Ollama are the real ones. What it ends with is what an undisturbed run ends with.
 */

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const stepsPerEpoch = 6;
const rows = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) => {
    const thing = `thing ${from + index}`;
    const completion = `It is ${["blue", "green", "red"][index % 3]}.`;
    return JSON.stringify({ prompt: `What colour is ${thing}?`, completion });
  }).join("\n");

/** What a wish may take: a step, or this where it is longer. */
const promised = 1.5;
/** What it may take on a machine that has other things to do: whoever holds it up would be far over. */
const patience = (step: number) => 20 * Math.max(promised, step);

test("cancel and pause act within a step whatever the stage, free the memory, and change nothing", async () => {
  const home = await mkdtemp(join(tmpdir(), "tunesmith-wishes-"));
  ends.push(() => rm(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 300 }));
  const ollama = await startOllama();
  ends.push(() => ollama.stop());
  const slow = await slowOllama(ollama.address);
  ends.push(() => slow.stop());
  const ws = await core.openWorkspace({ home });
  await updateSettings(ws, { ollamaAddress: slow.address });
  const { slug } = await core.createProject(ws, { name: "Things" });
  for (const [role, text] of [
    ["train", rows(0, 24)],
    ["check", rows(100, 68)],
  ] as const) {
    const stream = Readable.from([text]);
    await core.addDataFile(ws, slug, { name: `${role}.jsonl`, role, stream });
  }
  await core.updateProject(ws, slug, {
    training_config: {
      num_train_epochs: 4,
      per_device_train_batch_size: 4,
      gradient_accumulation_steps: 1,
      packing: false,
      save_strategy: "epoch",
      logging_steps: 1,
      early_stopping_patience: 0,
    },
    lora_config: { lora_dropout: 0.1 },
    quantization_config: { output_quantization: "q8_0" },
    modelfile_config: { num_predict: 8 },
  });

  const { id, plan } = await core.startRun(ws, slug);
  expect(plan.stepsPerEpoch).toBe(stepsPerEpoch);
  const paths = runPaths(ws, slug, id);
  const found = [];
  for (const [index, moment] of wishMoments(stepsPerEpoch).entries()) {
    const number = index + 1;
    const from = await stat(paths.trainerEvents).then(
      ({ size }) => size,
      () => 0,
    );
    if (index > 0) await core.resumeRun(ws, slug, id);
    const runner = await runnerPid(paths.events, number);
    const release = await moment.wait({ paths, number, from, slow, ollama: ollama.address });
    if (!release) throw new Error(`${moment.name}: the run ended without it`);
    const tree = await processTree(runner);
    const began = performance.now();
    const wish = index % 2 === 0 ? "pause" : "cancel";
    await (wish === "pause" ? core.pauseRun : core.cancelRun)(ws, slug, id);
    for (;;) {
      const events = await readEventLog(paths.events);
      if (events.some((event) => event.type === "run.wish" && event.attempt === number)) break;
      await sleep(10);
    }
    // An Ollama that does not answer must not hold it up, so that line stays held.
    const heldLine =
      moment.stages.includes("register_ollama") || moment.stages.includes("verify_ollama");
    if (!heldLine) release();
    await goneAll(tree);
    const seconds = (performance.now() - began) / 1000;
    if (heldLine) slow.drop();
    const { state } = await core.readRun(ws, slug, id);
    const mebibytes = Math.round(tree.reduce((sum, { bytes }) => sum + bytes, 0) / 2 ** 20);
    const result = {
      moment: moment.name,
      wish,
      stage: state.stage,
      seconds: Math.round(seconds * 100) / 100,
      processes: tree.length,
      mebibytes,
      checkpoint: state.lastCheckpoint,
    };
    console.log(JSON.stringify(result));
    found.push(result);
    expect(state.error, moment.name).toBeNull();
    expect(state.status, moment.name).toBe(wish === "pause" ? "paused" : "cancelled");
    expect(moment.stages, moment.name).toContain(state.stage);
    // Nobody holds the device, and Ollama holds nothing of this run.
    const lock = tryLock(deviceLock(ws));
    expect(lock, moment.name).toBeDefined();
    lock?.release();
    expect(await loadedModels(ollama.address), moment.name).toEqual([]);
  }
  await core.resumeRun(ws, slug, id);
  expect(await finished(ws, slug, id)).toBe("finished");
  const disturbed = await core.readRun(ws, slug, id);
  expect(disturbed.state.stages.find(({ stage }) => stage === "verify_ollama")?.status).toBe(
    "finished",
  );
  expect((await core.verifyRun(ws, slug, id)).equal).toBe(true);
  await clearOllama(slow);

  const reference = await carry(ws, slug, ollama);
  const undisturbed = runPaths(ws, slug, reference.id);
  expect(await adapterHash(paths.adapter)).toBe(reference.hash);
  expect(await fileHash(join(paths.gguf, "model-q8_0.gguf"))).toBe(
    await fileHash(join(undisturbed.gguf, "model-q8_0.gguf")),
  );
  expect(await learned(ws, slug, id)).toEqual(await learned(ws, slug, reference.id));

  const step = longestStep(await readEventLog(undisturbed.events));
  console.log(`longest step ${step.toFixed(2)} s; a wish may take it or ${promised} s`);
  for (const { moment, seconds } of found) expect(seconds, moment).toBeLessThan(patience(step));
  // Nothing that was learned is lost: from the first step on each attempt goes on where the last ended.
  const checkpoints = found.map(({ checkpoint }) => checkpoint ?? 0);
  expect(checkpoints).toEqual([...checkpoints].sort((a, b) => a - b));
}, 1_800_000);

/** The curve without what the clock and the machine decide. */
async function learned(ws: core.Workspace, slug: string, id: string) {
  const { points } = await core.readCurve(ws, slug, id);
  return points.map(({ step, loss, heldOutLoss, gradNorm, learningRate }) => ({
    step,
    loss,
    heldOutLoss,
    gradNorm,
    learningRate,
  }));
}

/** Seconds between two steps of an undisturbed run. */
function longestStep(events: Awaited<ReturnType<typeof readEventLog>>): number {
  const times = events
    .filter(({ type }) => type === "train.step")
    .map(({ time }) => Date.parse(time));
  return Math.max(...times.slice(1).map((time, index) => time - (times[index] ?? time))) / 1000;
}
