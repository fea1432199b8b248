import { AppError, toErrorBody } from "#contract/errors.ts";
import type { ErrorBody } from "#contract/errors.ts";
import type { RunEventBody, Stage, Wish } from "#contract/events.ts";
import type { RunSpec } from "#contract/run.ts";
import { stages } from "#contract/stages.ts";
import type { EventWriter } from "#core/runs/event-log.ts";
import { foldFile } from "#core/runs/fold-file.ts";
import type { AskedBy } from "#core/runs/queue-entries.ts";
import { reasonAgainst } from "#core/runs/recover.ts";
import { noteChanges, sealPassport } from "#core/passport/passport.ts";
import type { RunPaths } from "#core/runs/run-paths.ts";
import { clearWishes } from "#core/runs/wishes.ts";
import { endsTrained } from "#core/sweeps/train-only.ts";
import { watchTrial } from "#core/sweeps/watch-trial.ts";
import { fourBitRung } from "./four-bit.ts";
import { relayLeftover } from "./relay.ts";
import type { StageContext } from "./stage.ts";
import { runnerStages } from "./stages.ts";
import { runTrainer } from "./trainer-process.ts";
import { watchDisk } from "./watch-disk.ts";
import { watchWishes } from "./wishes.ts";

/** What a run that is only measured leaves out. */
const exportStages = stages.slice(stages.indexOf("merge_lora"));

/** Everything that carrying one attempt of a run needs. */
export interface Carried {
  home: string;
  spec: RunSpec;
  paths: RunPaths;
  events: EventWriter;
  by: AskedBy;
  /** Called once the log says that the run has started. */
  onStarted: () => Promise<void>;
  /** Called once training's part is over. */
  freeDevice: () => Promise<void>;
}

/**
 * Carries one run from where it stands to its end. Everything that happens becomes an event. Where
 * the trainer is to be started anew, from the last checkpoint, it returns who asked for that.
 */
export async function carryRun(run: Carried): Promise<AskedBy | undefined> {
  const { home, spec, paths, events, onStarted, freeDevice } = run;
  const now = () => new Date().toISOString();
  const emit = (event: RunEventBody) => events.append(event);
  const end = async (event: RunEventBody): Promise<undefined> => {
    await events.appendDurably(event);
  };
  const fail = (error: ErrorBody, stage: Stage | null) =>
    end({ time: now(), type: "run.failed", error, stage });
  const interrupt = async (stage: Stage | null, by: AskedBy): Promise<AskedBy> => {
    await events.appendDurably({ time: now(), type: "run.interrupted", stage, reason: null });
    await clearWishes(paths.wishes, ["restart"]);
    return by;
  };
  let wished: Wish | undefined;
  let diskLow: ErrorBody | undefined;
  const stop = (stage: Stage | null) => {
    if (diskLow) return end({ time: now(), type: "run.paused", stage, reason: diskLow });
    if (wished === "restart") return interrupt(stage, "person");
    if (wished === "pause") return end({ time: now(), type: "run.paused", stage });
    return end({ time: now(), type: "run.cancelled", stage });
  };

  await noteChanges(paths.folder);
  const from = await relayLeftover(paths, events);
  const before = await foldFile(paths.events);
  await events.appendDurably({ time: now(), type: "run.started", pid: process.pid });
  if (events.attempt > 1) await emit(resumed(run, before));
  await onStarted();
  for (const decision of spec.decisions) await emit({ time: now(), type: "decision", ...decision });

  let tellTrainer: ((wish: Wish) => void) | undefined;
  const abort = new AbortController();
  const stopWatching = watchWishes(paths.wishes, (wish) => {
    wished = wish;
    void emit({ time: now(), type: "run.wish", wish });
    tellTrainer?.(wish);
    abort.abort();
  });
  const stopWatchingDisk = watchDisk({ home, paths }, (reason) => {
    // A wish that is being granted already frees no less.
    if (wished) return;
    diskLow = reason;
    tellTrainer?.("pause");
    abort.abort();
  });
  const stopWatchingTrial = stopIfHopeless(run, emit);
  try {
    const trained = await runTrainer({ home, spec, paths, events, from }, (tell) => {
      tellTrainer = tell;
      // A wish may have come while the process was being started.
      if (wished) tell(wished);
      else if (diskLow) tell("pause");
    });
    tellTrainer = undefined;
    if (trained.kind === "stopped") return await stop(trained.stage);
    if (trained.kind !== "finished") {
      const { kind, stage, error } = trained;
      if (kind === "died" && wished) return await stop(stage);
      const state = await foldFile(paths.events);
      if (kind === "died" && !(await reasonAgainst({ home }, state))) {
        return await interrupt(stage, "automatic");
      }
      const rung = await fourBitRung({ home, spec, paths, state, error, stage, emit });
      if (rung === "agreed") return await interrupt(stage, "automatic");
      if (rung) return await end({ time: now(), type: "run.paused", stage, reason: rung });
      return await fail(error, stage);
    }

    await freeDevice();
    if (endsTrained(spec, paths)) {
      const reason = new AppError("run_is_trial").toBody();
      for (const stage of exportStages) {
        await emit({ time: now(), type: "stage.skipped", stage, reason });
      }
      return await end({ time: now(), type: "run.finished" });
    }
    const context: StageContext = { home, spec, paths, emit, signal: abort.signal };
    for (const [stage, carry] of Object.entries(runnerStages) as [
      keyof typeof runnerStages,
      (typeof runnerStages)[keyof typeof runnerStages],
    ][]) {
      if (abort.signal.aborted) return await stop(stage);
      const started = performance.now();
      await emit({ time: now(), type: "stage.started", stage });
      try {
        const outcome = await carry(context);
        if ("skipped" in outcome) {
          await emit({ time: now(), type: "stage.skipped", stage, reason: outcome.skipped });
        } else {
          const seconds = Math.round(performance.now() - started) / 1000;
          await end({ time: now(), type: "stage.finished", stage, seconds, ...outcome });
        }
      } catch (error) {
        if (abort.signal.aborted) return await stop(stage);
        return await fail(toErrorBody(error), stage);
      }
    }
    await sealPassport(paths.folder, spec).catch(async (error: unknown) => {
      // The model is made all the same; only its hashes are not noted.
      await emit({ time: now(), type: "warning", ...toErrorBody(error) });
    });
    return await end({ time: now(), type: "run.finished" });
  } finally {
    stopWatching();
    stopWatchingDisk();
    stopWatchingTrial();
  }
}

/** Lets a trial of a sweep be stopped as soon as it lags behind; what keeps it from that is logged. */
function stopIfHopeless(
  { home, spec }: Carried,
  emit: (event: RunEventBody) => Promise<void>,
): () => void {
  const over = new AbortController();
  const time = () => new Date().toISOString();
  const warn = (reason: ErrorBody) => emit({ time: time(), type: "warning", ...reason });
  void watchTrial({ home }, spec, { signal: over.signal, warn }).catch((error: unknown) =>
    emit({ time: time(), type: "log", level: "warning", text: toErrorBody(error).message }),
  );
  return () => over.abort();
}

/** What a later attempt says of itself: who asked for it, and from which checkpoint it will go on. */
function resumed(
  { by }: Carried,
  { automaticResumes, lastCheckpoint: step }: Awaited<ReturnType<typeof foldFile>>,
): RunEventBody {
  const count = by === "automatic" ? automaticResumes + 1 : 0;
  return { time: new Date().toISOString(), type: "run.resumed", by, count, step };
}
