import { AppError } from "#contract/errors.ts";
import { decision } from "#contract/decisions.ts";
import type { ErrorBody } from "#contract/errors.ts";
import type { RunEventBody, Stage } from "#contract/events.ts";
import { fourBitQuestion } from "#contract/run-offer.ts";
import type { RunSpec, RunState } from "#contract/run.ts";
import { fourBitObstacle } from "#core/memory/four-bit-obstacle.ts";
import { allowFourBit, isFourBit } from "#core/runs/run-changes.ts";
import type { RunPaths } from "#core/runs/run-paths.ts";
import { readDevice } from "#core/trainer/device.ts";

/** Where 4-bit weights would have helped; the rehearsal merges whole ones in any case. */
const helped: ReadonlySet<Stage | null> = new Set(["load_model", "setup_lora", "train"]);

export interface OutOfMemory {
  home: string;
  spec: RunSpec;
  paths: RunPaths;
  state: RunState;
  error: ErrorBody;
  stage: Stage | null;
  emit: (event: RunEventBody) => Promise<void>;
}

/**
 * The last rung, before the first step and never in silence: `agreed` where a person allowed 4 bits
 * when the run was started, else the question with which it pauses. Undefined where it is no rung.
 */
export async function fourBitRung(run: OutOfMemory): Promise<"agreed" | ErrorBody | undefined> {
  const { home, spec, paths, state, error, stage, emit } = run;
  const begun = state.step > 0 || state.lastCheckpoint !== null;
  if (error.code !== "out_of_memory" || begun || !helped.has(stage)) return undefined;
  if (await isFourBit(paths.folder, spec)) return undefined;
  // An engine that does not answer is no reason against it: loading would say what is.
  const device = await readDevice({ home }).catch(() => spec.device);
  const obstacle = fourBitObstacle(spec.device) ?? fourBitObstacle(device);
  if (obstacle !== null) {
    const time = new Date().toISOString();
    await emit({ time, type: "warning", ...decision("four_bit_impossible", { detail: obstacle }) });
    return undefined;
  }
  if (!spec.allow4bit) return new AppError(fourBitQuestion, {}).toBody();
  await allowFourBit(paths.folder);
  return "agreed";
}
