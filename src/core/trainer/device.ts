import type { DeviceReply } from "#contract/trainer.ts";
import { deviceReplySchema } from "#contract/trainer.ts";
import { guessDevice } from "../engine/device.ts";
import type { Workspace } from "../workspace.ts";
import { askTrainer } from "./ask.ts";

/** Free memory changes; the rest of a machine does not. */
const keptMs = 30_000;
const kept = new Map<string, { at: number; device: Promise<DeviceReply> }>();

/** What the engine would train on. Errors: engine_missing, python_failed. */
export async function readDevice(ws: Workspace): Promise<DeviceReply> {
  const now = performance.now();
  const known = kept.get(ws.home);
  if (known && now - known.at < keptMs) return known.device;
  const device = askTrainer(ws, ["device"], deviceReplySchema);
  kept.set(ws.home, { at: now, device });
  device.catch(() => kept.delete(ws.home));
  return device;
}

/** As `readDevice`; without an engine, what can be told without one. */
export async function readOrGuessDevice(ws: Workspace): Promise<DeviceReply> {
  return readDevice(ws).catch(() => guessDevice());
}
