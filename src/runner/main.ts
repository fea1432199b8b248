import { basename, dirname, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { toErrorBody } from "#contract/errors.ts";
import { waitForLock } from "#core/files/lock.ts";
import type { Lock } from "#core/files/lock.ts";
import { openEventWriter } from "#core/runs/event-log.ts";
import { deviceLock, dequeue, isQueued, startNext } from "#core/runs/queue.ts";
import { readSpec } from "#core/runs/read-runs.ts";
import { pathsOfRun } from "#core/runs/run-paths.ts";
import { openWorkspace } from "#core/workspace.ts";
import { carryRun } from "./carry-run.ts";

/*
 * `node src/runner/main.ts <run folder>`: carries one run to its end. Started detached, one per run;
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
  const freeDevice = async () => {
    if (freed) return;
    freed = true;
    device.release();
    await startNext(ws);
  };
  try {
    const lock = await waitForLock(paths.lock, patienceMs);
    if (!lock) return;
    // Two may have been started for one entry, and the other one was done with it already.
    if (!(await isQueued(ws, entry))) return;
    const events = await openEventWriter(paths.events);
    // Only now, so that at every moment a run is in the queue, or its log says that it began.
    const onStarted = () => dequeue(ws, entry);
    try {
      const spec = await readSpec(ws, entry.slug, entry.id);
      await carryRun({ home: ws.home, spec, paths, events, onStarted, freeDevice });
    } catch (error) {
      const time = new Date().toISOString();
      await events.appendDurably({
        time,
        type: "run.failed",
        error: toErrorBody(error),
        stage: null,
      });
      await onStarted();
      console.error(error);
    } finally {
      await events.close();
      lock.release();
    }
  } finally {
    await freeDevice();
    // A moment for the next runner to take the device before this process ends.
    await sleep(0);
  }
}
