import { trainerEventSchema } from "#contract/events.ts";
import type { TrainerEvent } from "#contract/events.ts";
import type { EventWriter } from "#core/runs/event-log.ts";
import type { RunPaths } from "#core/runs/run-paths.ts";
import { tailLines } from "./tail.ts";

/**
 * Copies the trainer's events into the run's log, from where the last copy ended until `ended()` and
 * nothing is left. A line that is no event becomes a `log` event, so that nothing passes unseen.
 */
export async function relayEvents(
  { trainerEvents }: RunPaths,
  events: EventWriter,
  from: number,
  ended: () => boolean,
  onEvent: (event: TrainerEvent) => void = () => undefined,
): Promise<number> {
  let behind = from;
  for await (const { text, offset } of tailLines(trainerEvents, from, ended)) {
    behind = offset;
    const event = parseTrainerEvent(text);
    if (!event) {
      await events.append({ ...unreadable(text), offset });
      continue;
    }
    onEvent(event);
    const durable = event.type === "stage.finished" || event.type === "train.checkpoint";
    await (durable ? events.appendDurably : events.append)({ ...event, offset });
  }
  return behind;
}

/** What a trainer still wrote after the runner before this one had died; returns how far it read. */
export async function relayLeftover(paths: RunPaths, events: EventWriter): Promise<number> {
  return relayEvents(paths, events, events.trainerOffset, () => true);
}

function parseTrainerEvent(line: string): TrainerEvent | undefined {
  try {
    const result = trainerEventSchema.safeParse(JSON.parse(line));
    return result.success ? result.data : undefined;
  } catch {
    return undefined;
  }
}

const unreadable = (line: string) =>
  ({
    time: new Date().toISOString(),
    type: "log",
    level: "warning",
    text: `not an event: ${line.slice(0, 500)}`,
  }) as const;
