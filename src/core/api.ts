/*
 * What core offers to terminal and server. Everything throws AppError for expected failures.
 */
export { openWorkspace } from "./workspace.ts";
export type { Workspace } from "./workspace.ts";

export {
  applyPreset,
  createProject,
  duplicateProject,
  listProjects,
  readProject,
  resetSection,
  updateProject,
} from "./projects/projects.ts";
export { activeRun } from "./projects/active.ts";
export { deleteProject, listTrash, restoreProject } from "./projects/trash.ts";
export { projectMemory } from "./memory/project-memory.ts";
export type { ProjectMemory } from "./memory/project-memory.ts";
export { effectiveSettings } from "./resolve/effective.ts";
export type { EffectiveSettings } from "./resolve/settings.ts";

export { addDataFile, changeDataFile, dataFilePath, listDataFiles } from "./datasets/data-files.ts";
export { removeDataFile, restoreDataFile } from "./datasets/removed-files.ts";
export { readDataFormat } from "./datasets/data-format.ts";
export { checkData } from "./datasets/check.ts";
export { readRows } from "./datasets/read-rows.ts";

export { planRun, startRun } from "./runs/start-run.ts";
export type { StartOptions } from "./runs/start-run.ts";
export { findRun, listRuns, readCurve, readRun, runFiles, runIds } from "./runs/read-runs.ts";
export type { RunDetail, RunFiles, RunReference, RunView } from "./runs/read-runs.ts";
export { compareRuns } from "./runs/compare-runs.ts";
export { followEvents } from "./runs/follow.ts";
export { readLog } from "./runs/read-log.ts";
export { cancelRun, deleteRun, exportRun, pauseRun, resumeRun } from "./runs/control-run.ts";
export type { ExportPart, ResumeOptions } from "./runs/control-run.ts";
export { restartRun } from "./runs/control-run.ts";
export { releaseInQueue, startNext } from "./runs/queue.ts";
export { holdInQueue, listQueue, moveInQueue } from "./runs/queue-entries.ts";
export { readQueue, removeFromQueue } from "./runs/read-queue.ts";
export { keepGoing, recoverRuns } from "./runs/recover.ts";

export { readPassport } from "./passport/passport.ts";
export { verifyRun } from "./passport/verify.ts";
export { compareReproduction, originOf, reproduceRun } from "./passport/reproduce.ts";
export { exportArchive } from "./archive/export-archive.ts";
export { importArchive } from "./archive/import-archive.ts";

export { openChat } from "./chat/open-chat.ts";
export type { ChatDone, ChatModel, ChatSession } from "./chat/open-chat.ts";
export { findBaseModel, provideBaseModel } from "./chat/base-model.ts";
export type { BaseProgress } from "./chat/base-model.ts";

export { inspectModel } from "./models/inspect.ts";
export { resolveModel } from "./models/reference.ts";
export { readOrGuessDevice } from "./trainer/device.ts";

export { cancelSweep, startSweep } from "./sweeps/start-sweep.ts";
export type { SweepGrid, SweepSpace } from "./sweeps/expand.ts";
export { exportTrial } from "./sweeps/export-trial.ts";
export { rankSweep } from "./sweeps/rank.ts";
export { listSweeps, readSweep } from "./sweeps/sweep-files.ts";
