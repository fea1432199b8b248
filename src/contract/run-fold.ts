import type { ErrorBody } from "./errors.ts";
import type { RunEvent } from "./events.ts";
import type { RunState } from "./run.ts";
import { stages, type Stage } from "./stages.ts";

/* A run's state is a fold over its events: core folds the file, the page folds what streams in. */

type StageState = RunState["stages"][number];

/** The state before any event: waiting to be started. */
export function emptyState(): RunState {
  return {
    status: "queued",
    attempt: 0,
    seq: 0,
    stage: null,
    stages: stages.map(waiting),
    startedAt: null,
    endedAt: null,
    step: 0,
    totalSteps: 0,
    epoch: 0,
    loss: null,
    heldOutLoss: null,
    tokensPerSecond: null,
    secondsLeft: null,
    memoryBytes: 0,
    bestStep: null,
    lastCheckpoint: null,
    decisions: [],
    warnings: [],
    error: null,
    wish: null,
    reason: null,
    automaticResumes: 0,
    stalled: null,
    verdict: null,
    scores: null,
  };
}

const waiting = (stage: Stage): StageState => ({
  stage,
  status: "waiting",
  seconds: null,
  done: null,
  total: null,
  unit: null,
  note: null,
  reason: null,
  result: null,
});

/** Events that say nothing of whether the work moves. */
const beside: ReadonlySet<RunEvent["type"]> = new Set(["run.stalled", "run.wish", "log"]);

/** Applies one event to a state, in place: a log of thousands of lines is folded in one pass. */
export function applyEvent(state: RunState, event: RunEvent): void {
  state.seq = event.seq;
  state.attempt = event.attempt;
  if (!beside.has(event.type)) state.stalled = null;
  switch (event.type) {
    case "run.queued":
      state.status = "queued";
      return;
    case "run.started":
      startAttempt(state, event.time);
      return;
    case "run.finished":
    case "run.cancelled":
    case "run.paused":
    case "run.interrupted":
      state.reason = "reason" in event ? (event.reason ?? null) : null;
      end(state, event.type.slice("run.".length) as RunState["status"], event.time);
      return;
    case "run.failed":
      state.error = event.error;
      if (event.stage) stageOf(state, event.stage).status = "failed";
      end(state, "failed", event.time);
      return;
    case "run.wish":
      state.wish = event.wish;
      return;
    case "run.resumed":
      state.automaticResumes = event.count;
      return;
    case "run.stalled": {
      const { since, seconds, where, cause } = event;
      state.stalled = { since, seconds, where, cause };
      return;
    }
    case "stage.started":
      state.stage = event.stage;
      Object.assign(stageOf(state, event.stage), waiting(event.stage), { status: "running" });
      return;
    case "stage.progress": {
      const { done, total, unit, note = null } = event;
      Object.assign(stageOf(state, event.stage), { done, total, unit, note });
      return;
    }
    case "stage.finished": {
      const { seconds, result = null } = event;
      Object.assign(stageOf(state, event.stage), { status: "finished", seconds, result });
      return;
    }
    case "stage.skipped":
      Object.assign(stageOf(state, event.stage), { status: "skipped", reason: event.reason });
      return;
    case "decision":
      addOnce(state.decisions, event);
      return;
    case "warning":
      addOnce(state.warnings, event);
      return;
    case "train.step":
      state.step = event.step;
      state.totalSteps = event.totalSteps;
      state.epoch = event.epoch;
      state.loss = event.loss;
      state.tokensPerSecond = event.tokensPerSecond;
      state.secondsLeft = event.secondsLeft;
      state.memoryBytes = Math.max(state.memoryBytes, event.memoryBytes);
      return;
    case "train.evaluated":
      state.heldOutLoss = event.loss;
      if (event.best) state.bestStep = event.step;
      return;
    case "train.checkpoint":
      state.lastCheckpoint = event.step;
      return;
    case "train.resumed":
      state.step = event.step;
      state.lastCheckpoint = event.step;
      if (state.bestStep !== null && state.bestStep > event.step) state.bestStep = null;
      return;
    case "report":
      state.verdict = event.verdict;
      state.scores = {
        decidedBy: event.decidedBy,
        base: event.base,
        tuned: event.tuned,
        gguf: event.gguf,
        interval: event.interval,
      };
      return;
    case "error":
      state.error = event.error;
      return;
    case "memory.peak":
      state.memoryBytes = Math.max(state.memoryBytes, event.bytes);
      return;
    case "memory.lowered":
    case "train.early_stopped":
    case "proof.gguf":
    case "log":
      return;
  }
}

/** A new attempt decides anew and has no fault yet; what was learned before stays. */
function startAttempt(state: RunState, time: string): void {
  state.status = "running";
  state.startedAt ??= time;
  state.endedAt = null;
  state.stage = null;
  state.stages = stages.map(waiting);
  state.decisions = [];
  state.warnings = [];
  state.error = null;
  state.wish = null;
  state.reason = null;
}

function end(state: RunState, status: RunState["status"], time: string): void {
  state.status = status;
  state.endedAt = time;
  state.secondsLeft = null;
  for (const stage of state.stages) if (stage.status === "running") stage.status = "waiting";
}

function stageOf(state: RunState, name: Stage): StageState {
  const stage = state.stages.find((candidate) => candidate.stage === name);
  if (!stage) throw new RangeError(`no stage ${name}`);
  return stage;
}

/** Planning and training may state the same decision; a person reads it once. */
function addOnce(list: ErrorBody[], { code, params, message }: ErrorBody): void {
  if (list.some((known) => known.message === message)) return;
  list.push({ code, params, message });
}
