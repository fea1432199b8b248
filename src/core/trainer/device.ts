import type { DeviceReply } from "#contract/trainer.ts";
import { deviceReplySchema } from "#contract/trainer.ts";
import { guessDevice } from "../engine/device.ts";
import type { Workspace } from "../workspace.ts";
import { askTrainer } from "./ask.ts";

/** Free memory changes; the rest of a machine does not. */
const keptMs = 30_000;
const kept = new Map<string, { at: number; device: Promise<DeviceReply> }>();

/**
 * What the engine would train on; free memory is some seconds old at most, unless the caller is
 * content with an older answer (`patient`). Errors: engine_missing, python_failed.
 */
export async function readDevice(
  ws: Workspace,
  { patient = false }: { patient?: boolean } = {},
): Promise<DeviceReply> {
  const known = kept.get(ws.home);
  if (known && performance.now() - known.at < keptMs) return known.device;
  const device = askTrainer(ws, ["device"], deviceReplySchema);
  kept.set(ws.home, { at: performance.now(), device });
  device.catch(() => kept.delete(ws.home));
  return known && patient ? known.device : device;
}

/** As `readDevice`; without an engine, what can be told without one. */
export async function readOrGuessDevice(ws: Workspace): Promise<DeviceReply> {
  return readDevice(ws).catch(() => guessDevice());
}
