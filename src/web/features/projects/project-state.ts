import type { RunReply } from "#contract/routes/runs.ts";
import type { Tone } from "../../ui/mark.tsx";

export type CardState =
  | "training"
  | "waiting"
  | "better"
  | "not_proven"
  | "worse"
  | "not_measured"
  | "failed"
  | "stopped"
  | "untrained";

/** What a project's card says of it: the run that goes on, else the last result. */
export function cardState(runs: readonly RunReply[]): {
  state: CardState;
  run: RunReply | undefined;
} {
  const running = runs.find((run) => run.state.status === "running");
  if (running) return { state: "training", run: running };
  const queued = runs.find((run) => run.state.status === "queued");
  if (queued) return { state: "waiting", run: queued };
  const [last] = runs;
  if (!last) return { state: "untrained", run: undefined };
  if (last.state.verdict) return { state: last.state.verdict, run: last };
  const judged = runs.find((run) => run.state.verdict !== null);
  if (last.state.status === "failed") return { state: "failed", run: last };
  // Cancelled, paused or broken off: no fault, and it can go on.
  if (!judged) return { state: "stopped", run: last };
  return { state: judged.state.verdict ?? "not_measured", run: judged };
}

export const stateTone: Record<CardState, Tone> = {
  training: "live",
  waiting: "none",
  better: "good",
  not_proven: "warn",
  worse: "bad",
  not_measured: "none",
  failed: "bad",
  stopped: "none",
  untrained: "none",
};
