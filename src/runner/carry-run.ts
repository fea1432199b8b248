import { toErrorBody } from "#contract/errors.ts";
import type { ErrorBody } from "#contract/errors.ts";
import type { RunEventBody, Stage } from "#contract/events.ts";
import type { RunSpec } from "#contract/run.ts";
import type { EventWriter } from "#core/runs/event-log.ts";
import type { RunPaths } from "#core/runs/run-paths.ts";
import type { Wish } from "#core/runs/wishes.ts";
import { runnerStages } from "./stages.ts";
import type { StageContext } from "./stages.ts";
import { relayLeftover } from "./relay.ts";
import { runTrainer } from "./trainer-process.ts";
import { watchWishes } from "./wishes.ts";

/** Everything that carrying one run needs. */
export interface Carried {
  home: string;
  spec: RunSpec;
  paths: RunPaths;
  events: EventWriter;
  /** Called once the log says that the run has started. */
  onStarted: () => Promise<void>;
  /** Called once training's part is over. */
  freeDevice: () => Promise<void>;
}

/** Carries one run from where it stands to its end. Everything that happens becomes an event. */
export async function carryRun(run: Carried): Promise<void> {
  const { home, spec, paths, events, onStarted, freeDevice } = run;
  const now = () => new Date().toISOString();
  const emit = (event: RunEventBody) => events.append(event);
  const end = (event: RunEventBody) => events.appendDurably(event);
  const fail = (error: ErrorBody, stage: Stage | null) =>
    end({ time: now(), type: "run.failed", error, stage });
  const stop = (wish: Wish, stage: Stage | null) =>
    end(
      wish === "pause"
        ? { time: now(), type: "run.paused", stage }
        : { time: now(), type: "run.cancelled", stage },
    );

  const from = await relayLeftover(paths, events);
  await events.appendDurably({ time: now(), type: "run.started", pid: process.pid });
  await onStarted();
  for (const decision of spec.decisions) await emit({ time: now(), type: "decision", ...decision });

  let wished: Wish | undefined;
  let tellTrainer: ((wish: Wish) => void) | undefined;
  const abort = new AbortController();
  const stopWatching = watchWishes(paths.wishes, (wish) => {
    wished = wish;
    void emit({ time: now(), type: "run.wish", wish });
    tellTrainer?.(wish);
    abort.abort();
  });
  try {
    const trained = await runTrainer({ home, spec, paths, events, from }, (tell) => {
      tellTrainer = tell;
      // A wish may have come while the process was being started.
      if (wished) tell(wished);
    });
    tellTrainer = undefined;
    if (trained.kind === "failed") return await fail(trained.error, trained.stage);
    if (trained.kind === "stopped") return await stop(wished ?? "cancel", trained.stage);

    await freeDevice();
    const context: StageContext = { home, spec, paths, emit, signal: abort.signal };
    for (const [stage, run] of Object.entries(runnerStages) as [
      keyof typeof runnerStages,
      (typeof runnerStages)[keyof typeof runnerStages],
    ][]) {
      if (wished) return await stop(wished, stage);
      const started = performance.now();
      await emit({ time: now(), type: "stage.started", stage });
      try {
        const outcome = await run(context);
        if ("skipped" in outcome) {
          await emit({ time: now(), type: "stage.skipped", stage, reason: outcome.skipped });
        } else {
          const seconds = Math.round(performance.now() - started) / 1000;
          await end({ time: now(), type: "stage.finished", stage, seconds, ...outcome });
        }
      } catch (error) {
        if (wished) return await stop(wished, stage);
        return await fail(toErrorBody(error), stage);
      }
    }
    await end({ time: now(), type: "run.finished" });
  } finally {
    stopWatching();
    await freeDevice();
  }
}
