import { chat } from "./chat.ts";
import {
  addDataFile,
  listDataFiles,
  readDataFile,
  readLedger,
  readRows,
  removeDataFile,
} from "./data.ts";
import { cancelJob, listJobs, readJob } from "./jobs.ts";
import { deployRun, listOllamaModels, readOllama, readProof, removeOllamaModel } from "./ollama.ts";
import { listParameters, listPresets } from "./parameters.ts";
import {
  applyPreset,
  createProject,
  deleteProject,
  duplicateProject,
  listProjects,
  listTrash,
  readProject,
  resetSection,
  restoreProject,
  updateProject,
} from "./projects.ts";
import {
  cancelRun,
  deleteRun,
  downloadPart,
  listAllRuns,
  listRuns,
  pauseRun,
  planRun,
  readCurve,
  readEvents,
  readLog,
  readRun,
  resumeRun,
  startRun,
} from "./runs.ts";
import { readSettings, updateSettings } from "./settings.ts";
import { streamEvents } from "./stream.ts";
import { installEngine, readEngine, readSystem, readWorkspace } from "./system.ts";

/** Every route of the API, by its operation's name. */
export const routes = {
  listProjects,
  createProject,
  readProject,
  updateProject,
  deleteProject,
  duplicateProject,
  applyPreset,
  resetSection,
  listTrash,
  restoreProject,
  listDataFiles,
  addDataFile,
  readDataFile,
  removeDataFile,
  readRows,
  readLedger,
  planRun,
  startRun,
  listAllRuns,
  listRuns,
  readRun,
  readEvents,
  readCurve,
  readLog,
  cancelRun,
  pauseRun,
  resumeRun,
  deleteRun,
  downloadPart,
  chat,
  listParameters,
  listPresets,
  readSettings,
  updateSettings,
  deployRun,
  readProof,
  readOllama,
  listOllamaModels,
  removeOllamaModel,
  readSystem,
  readWorkspace,
  readEngine,
  installEngine,
  listJobs,
  readJob,
  cancelJob,
  streamEvents,
};
export type Routes = typeof routes;
