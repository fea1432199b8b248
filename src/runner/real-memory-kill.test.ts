import { readFile } from "node:fs/promises";
import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { beforeEach, expect, test, vi } from "vitest";
import { addDataFile } from "#core/datasets/data-files.ts";
import { tryLock } from "#core/files/lock.ts";
import { createProject, updateProject } from "#core/projects/projects.ts";
import { openEventWriter, readEventLog } from "#core/runs/event-log.ts";
import { deviceLock } from "#core/runs/queue.ts";
import { runPaths } from "#core/runs/run-paths.ts";
import { startRun } from "#core/runs/start-run.ts";
import { temporaryWorkspace } from "#core/testing/temporary-workspace.ts";
import { relayLeftover } from "./relay.ts";
import { runTrainer } from "./trainer-process.ts";

beforeEach(() => void vi.stubEnv("OLLAMA_HOST", "127.0.0.1:9"));

const rows = Array.from({ length: 16 }, (_, index) =>
  JSON.stringify({ prompt: `What colour is thing ${index}?`, completion: "It is blue." }),
).join("\n");
const effective = 8;

/** The system's own way: SIGKILL, without a word, while hardly any memory is free. */
test("the real trainer, killed by the system for its memory, begins one rung lower and says so", async () => {
  const ws = await temporaryWorkspace();
  const { slug } = await createProject(ws, { name: "Things" });
  const stream = Readable.from([rows]);
  await addDataFile(ws, slug, { name: "things.jsonl", role: "train", stream });
  await updateProject(ws, slug, {
    training_config: {
      num_train_epochs: 20,
      per_device_train_batch_size: effective,
      gradient_accumulation_steps: 1,
      packing: false,
      save_strategy: "steps",
      save_steps: 2,
      logging_steps: 1,
    },
  });
  // The device is taken, so no other runner begins with it.
  const device = tryLock(deviceLock(ws));
  const spec = await startRun(ws, slug);
  const paths = runPaths(ws, slug, spec.id);
  const attempt = async (kill: boolean) => {
    const events = await openEventWriter(paths.events);
    const from = await relayLeftover(paths, events);
    let free = 90;
    let looks = 0;
    const memory = {
      free: () => {
        looks += 1;
        return Promise.resolve({ free, total: 100 });
      },
      kills: () => Promise.resolve(0),
    };
    const ended = runTrainer({ home: ws.home, spec, paths, events, from, memory }, () => undefined);
    if (kill) {
      while (!(await own()).some(({ type }) => type === "train.checkpoint")) await sleep(20);
      free = 1;
      const seen = looks;
      await expect.poll(() => looks, { timeout: 30_000 }).toBeGreaterThan(seen);
      const beat = JSON.parse(await readFile(paths.heartbeat, "utf8")) as { pid: number };
      process.kill(beat.pid, "SIGKILL");
    }
    const end = await ended;
    await events.close();
    return end;
    async function own() {
      return (await readEventLog(paths.events)).filter((each) => each.attempt === events.attempt);
    }
  };

  for (let kills = 1; kills <= 2; kills++) {
    expect(await attempt(true)).toMatchObject({
      kind: "died",
      stage: "train",
      error: { code: "out_of_memory" },
    });
  }
  expect(await attempt(false)).toEqual({ kind: "finished" });
  device?.release();

  const log = await readEventLog(paths.events);
  const lowered = log.filter((event) => event.type === "memory.lowered");
  // On Linux the first rung gives freed memory back; elsewhere there is none of that.
  const rungs = process.platform === "linux" ? ["allocator", "micro_batch"] : ["micro_batch"];
  expect(lowered.slice(0, rungs.length).map(({ rung }) => rung)).toEqual(rungs);
  for (const { batchSize, accumulation } of lowered) {
    expect(batchSize * accumulation).toBe(effective);
  }
  const said = log.filter((event) => event.type === "warning").map(({ code }) => code);
  expect(said).toEqual(expect.arrayContaining(rungs.map((rung) => `memory_${rung}`)));
  // Each attempt went on from the last one's checkpoint.
  const resumed = log.filter((event) => event.type === "train.resumed");
  expect(resumed).toHaveLength(2);
  for (const { step, attempt: number } of resumed) {
    const first = log.find((event) => event.type === "train.step" && event.attempt === number);
    expect(first?.type === "train.step" && first.step).toBe(step + 1);
  }
}, 600_000);
