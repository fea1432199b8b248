import { join } from "node:path";
import type { Workspace } from "../workspace.ts";
import { plainName } from "../files/names.ts";
import { projectsFolder } from "../workspace.ts";

/** Everything in a run's folder; see docs/interfaces.md. */
export interface RunPaths {
  folder: string;
  spec: string;
  events: string;
  trainerEvents: string;
  workerLog: string;
  wishes: string;
  /** Replaced every few seconds by the trainer. */
  heartbeat: string;
  checkpoints: string;
  data: string;
  adapter: string;
  merged: string;
  gguf: string;
  modelfile: string;
  report: string;
  /** Left by whoever wants a model made of a sweep's trial. */
  exportWanted: string;
  /** Held by the runner for as long as it carries the run. */
  lock: string;
}

/** Where everything of a run lies, by its folder. */
export function pathsOfRun(folder: string): RunPaths {
  return {
    folder,
    spec: join(folder, "run.json"),
    events: join(folder, "events.jsonl"),
    trainerEvents: join(folder, "trainer.jsonl"),
    workerLog: join(folder, "worker.log"),
    wishes: join(folder, "wishes"),
    heartbeat: join(folder, "heartbeat.json"),
    checkpoints: join(folder, "checkpoints"),
    data: join(folder, "data"),
    adapter: join(folder, "adapter"),
    merged: join(folder, "merged"),
    gguf: join(folder, "gguf"),
    modelfile: join(folder, "Modelfile"),
    report: join(folder, "report.json"),
    exportWanted: join(folder, "export.json"),
    lock: join(folder, "run.lock"),
  };
}

/** Errors: path_refused for anything but plain names. */
export function runPaths(ws: Workspace, slug: string, id: string): RunPaths {
  return pathsOfRun(join(projectsFolder(ws), plainName(slug), "runs", plainName(id)));
}
