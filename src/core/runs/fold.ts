import { stages } from "#contract/events.ts";
import type { RunEvent, Stage } from "#contract/events.ts";
import type { CurvePoint, RunState } from "#contract/run.ts";

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
});

/** Everything that is shown of a run, from its events alone. */
export function foldEvents(events: Iterable<RunEvent>): RunState {
  const state = emptyState();
  for (const event of events) applyEvent(state, event);
  return state;
}

/** Applies one event to a state, in place: a log of thousands of lines is folded in one pass. */
export function applyEvent(state: RunState, event: RunEvent): void {
  state.seq = event.seq;
  state.attempt = event.attempt;
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
    case "stage.started":
      state.stage = event.stage;
      Object.assign(stageOf(state, event.stage), waiting(event.stage), { status: "running" });
      return;
    case "stage.progress": {
      const { done, total, unit, note = null } = event;
      Object.assign(stageOf(state, event.stage), { done, total, unit, note });
      return;
    }
    case "stage.finished":
      Object.assign(stageOf(state, event.stage), { status: "finished", seconds: event.seconds });
      return;
    case "stage.skipped":
      Object.assign(stageOf(state, event.stage), { status: "skipped", reason: event.reason });
      return;
    case "decision":
      state.decisions.push(bodyOf(event));
      return;
    case "warning":
      state.warnings.push(bodyOf(event));
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
      return;
    case "report":
      state.verdict = event.verdict;
      state.scores = {
        base: event.base,
        tuned: event.tuned,
        gguf: event.gguf,
        interval: event.interval,
      };
      return;
    case "error":
      state.error = event.error;
      return;
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

function bodyOf({ code, params, message }: RunState["decisions"][number]) {
  return { code, params, message };
}

/**
 * The training curve: one point per logged step. After a resume at step k, what earlier attempts
 * logged beyond k never happened for the model that came out, so it is dropped.
 */
export function foldCurve(events: Iterable<RunEvent>): CurvePoint[] {
  const points = new Map<number, CurvePoint>();
  const at = (step: number): CurvePoint => {
    const point = points.get(step) ?? {
      step,
      loss: null,
      learningRate: null,
      gradNorm: null,
      heldOutLoss: null,
    };
    points.set(step, point);
    return point;
  };
  const dropBeyond = (step: number) => {
    for (const known of points.keys()) if (known > step) points.delete(known);
  };
  for (const event of events) {
    if (event.type === "train.resumed") dropBeyond(event.step);
    if (event.type === "train.step") {
      const { loss, learningRate, gradNorm } = event;
      Object.assign(at(event.step), { loss, learningRate, gradNorm });
    }
    if (event.type === "train.evaluated") at(event.step).heldOutLoss = event.loss;
  }
  return [...points.values()].sort((a, b) => a.step - b.step);
}
