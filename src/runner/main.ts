import { basename, dirname, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { toErrorBody } from "#contract/errors.ts";
import { waitForLock } from "#core/files/lock.ts";
import type { Lock } from "#core/files/lock.ts";
import { openEventWriter } from "#core/runs/event-log.ts";
import { foldFile } from "#core/runs/fold-file.ts";
import { deviceLock } from "#core/runs/queue.ts";
import {
  askedBy,
  dequeue,
  isQueued,
  markBegun,
  markEnded,
  putIntoQueue,
} from "#core/runs/queue-entries.ts";
import type { AskedBy } from "#core/runs/queue-entries.ts";
import { readSpec } from "#core/runs/read-runs.ts";
import { keepGoing } from "#core/runs/recover.ts";
import { pathsOfRun } from "#core/runs/run-paths.ts";
import { awaitsExport } from "#core/sweeps/train-only.ts";
import { openWorkspace } from "#core/workspace.ts";
import { carryRun } from "./carry-run.ts";
import { inhibitSleep } from "./inhibit-sleep.ts";

/*
 * `node src/runner/main.mjs <run folder>`: carries one run to its end. Started detached, one per run;
 * which one may use the device, and which one may carry the run, is decided by two locks.
 */

const folder = resolve(process.argv[2] ?? "");
const paths = pathsOfRun(folder);
const home = resolve(folder, "../../../..");
const patienceMs = 1000;
const entry = { slug: basename(dirname(dirname(folder))), id: basename(folder) };
const ws = await openWorkspace({ home });

// A terminal that closes sends a hang-up to its children: the run goes on.
process.on("SIGHUP", () => undefined);

// Whoever looks whether the device is in use holds its lock for an instant.
const device = await waitForLock(deviceLock(ws), patienceMs);
if (device) await carry(device);
// Without it another run is going on, and its runner starts this one when it ends.

async function carry(device: Lock): Promise<void> {
  let freed = false;
  const isFreed = () => freed;
  const freeDevice = async () => {
    if (freed) return;
    freed = true;
    device.release();
    await keepGoing(ws);
  };
  try {
    const lock = await waitForLock(paths.lock, patienceMs);
    if (!lock) return;
    const letSleep = inhibitSleep();
    try {
      // Two may have been started for one entry, and the other one was done with it already.
      if (isQueued(ws, entry)) await carryAttempts(freeDevice, isFreed);
    } finally {
      letSleep();
      lock.release();
    }
  } finally {
    if (freed) await keepGoing(ws);
    else await freeDevice();
    // A moment for the next runner to take the device before this process ends.
    await sleep(0);
  }
}

/** One attempt after the other, as long as the trainer dies without a word and may be started anew. */
async function carryAttempts(
  freeDevice: () => Promise<void>,
  isFreed: () => boolean,
): Promise<void> {
  const before = await foldFile(paths.events);
  if (before.status === "finished" && !awaitsExport(before, paths)) {
    await dequeue(ws, entry);
    return;
  }
  let by: AskedBy | undefined = await askedBy(ws, entry);
  let begun = false;
  // Only once the log says so: at every moment a run is in the queue, or its log says that it began.
  const onStarted = async () => {
    if (!begun) await markBegun(ws, entry);
    begun = true;
  };
  while (by !== undefined) {
    const events = await openEventWriter(paths.events);
    try {
      const spec = await readSpec(ws, entry.slug, entry.id);
      by = await carryRun({ home: ws.home, spec, paths, events, by, onStarted, freeDevice });
    } catch (error) {
      by = undefined;
      const time = new Date().toISOString();
      const failed = toErrorBody(error);
      await events.appendDurably({ time, type: "run.failed", error: failed, stage: null });
      await onStarted();
      console.error(error);
    } finally {
      await events.close();
    }
    if (by === undefined || !isFreed()) continue;
    // The device is another run's by now: this one waits for it, in the first place.
    await putIntoQueue(ws, entry, { by, first: true });
    by = undefined;
  }
  await markEnded(ws, entry);
  // Folded once more, the state of a long log is kept for whoever lists runs.
  await foldFile(paths.events);
}
