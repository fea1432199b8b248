import type { DataFile, Project } from "#contract/project.ts";
import type { ErrorBody } from "#contract/errors.ts";
import type { LedgerSummary, LedgerEntry, Message, Row } from "#contract/dataset.ts";
import type { RunEvent } from "#contract/events.ts";
import type { CurvePoint, Report, RunSpec, RunState } from "#contract/run.ts";
import type { ParameterValue, Section, SectionValues } from "#contract/parameters/types.ts";
import type { DeviceReply, InspectReply } from "#contract/trainer.ts";
import type { Readable } from "node:stream";

/*
 * What CLI and server call. Everything throws AppError for expected failures.
 */

// --- workspace ---------------------------------------------------------------------------------

/** An opened workspace; `home` is absolute. */
export interface Workspace {
  readonly home: string;
}

/**
 * Opens `home`, else $TUNESMITH_HOME, else ~/.tunesmith; creates it where missing.
 * Errors: workspace_read_only.
 */
export declare function openWorkspace(options?: { home?: string }): Promise<Workspace>;

// --- projects ----------------------------------------------------------------------------------

export interface NewProject {
  name: string;
  /** "starter" (the default), an absolute folder, or a hub id. */
  model?: string;
  /** The name in Ollama; from the slug where absent. */
  targetName?: string;
  description?: string;
}

/** API names; absent = unchanged, null = back to default (of a key, or of a whole section). */
export interface ProjectPatch {
  name?: string;
  description?: string;
  model?: string;
  targetName?: string;
  training_config?: SectionValues | null;
  lora_config?: SectionValues | null;
  quantization_config?: SectionValues | null;
  modelfile_config?: SectionValues | null;
}

export interface ProjectList {
  projects: Project[];
  /** Folders that could not be read, as file_unreadable or file_too_new; none is deleted. */
  problems: ErrorBody[];
}

export interface TrashedProject {
  trashId: string;
  slug: string;
  name: string;
  deletedAt: string;
}

/** Every key of every section; null = unset (only where the default is "unset"). */
export type EffectiveSettings = Record<Section, Record<string, ParameterValue | null>>;

export declare function createProject(ws: Workspace, project: NewProject): Promise<Project>;
export declare function listProjects(ws: Workspace): Promise<ProjectList>;
export declare function readProject(ws: Workspace, slug: string): Promise<Project>;
/** Errors: revision_conflict, project_training, parameter_*, precision_conflict, … Nothing is saved then. */
export declare function updateProject(
  ws: Workspace,
  slug: string,
  patch: ProjectPatch,
  options?: { revision?: number },
): Promise<Project>;
/** Changes the name; slug and folder stay, so that addresses and runs keep working. */
export declare function renameProject(ws: Workspace, slug: string, name: string): Promise<Project>;
/** Moves the project into the workspace's trash. Errors: project_training. */
export declare function deleteProject(ws: Workspace, slug: string): Promise<TrashedProject>;
export declare function listTrash(ws: Workspace): Promise<TrashedProject[]>;
export declare function restoreProject(ws: Workspace, trashId: string): Promise<Project>;
/** Copies settings and data, not the runs. */
export declare function duplicateProject(
  ws: Workspace,
  slug: string,
  name?: string,
): Promise<Project>;
export declare function applyPreset(
  ws: Workspace,
  slug: string,
  presetName: string,
): Promise<Project>;
export declare function resetSection(
  ws: Workspace,
  slug: string,
  section: Section,
): Promise<Project>;
/** Reads device and model itself where they are not given. Works without an installed engine. */
export declare function effectiveSettings(
  ws: Workspace,
  project: Project,
  device?: DeviceReply,
  facts?: InspectReply,
): Promise<EffectiveSettings>;

// --- data --------------------------------------------------------------------------------------

export type DataRole = DataFile["role"];
export interface NewDataFile {
  /** A plain file name. */
  name: string;
  role: DataRole;
  /** One of both. */
  path?: string;
  stream?: Readable;
}

/** Stores a file byte for byte; a file of the same name is replaced. Errors: path_refused, data_file_missing, data_empty_file, project_training. */
export declare function addDataFile(
  ws: Workspace,
  slug: string,
  file: NewDataFile,
): Promise<DataFile>;
export declare function listDataFiles(ws: Workspace, slug: string): Promise<DataFile[]>;
export declare function removeDataFile(ws: Workspace, slug: string, name: string): Promise<void>;
/** Reads every row; without the model's own checks (tokens, template), which planRun adds. */
export declare function checkData(ws: Workspace, slug: string): Promise<LedgerSummary>;
/** Normalised rows and ledger entries as they are read; `limit` rows of both at most. */
export declare function readRows(
  ws: Workspace,
  slug: string,
  options?: { file?: string; offset?: number; limit?: number },
): Promise<{ rows: Row[]; leftOut: LedgerEntry[] }>;

// --- runs --------------------------------------------------------------------------------------

/** Settings for one run that are not saved in the project. */
export type RunOverrides = Partial<Record<Section, SectionValues>>;

/** run.json before it has an id, a number and a time. */
export type RunDraft = Omit<RunSpec, "id" | "number" | "createdAt">;

export interface RunPlan {
  spec: RunDraft;
  decisions: ErrorBody[];
  ledger: LedgerSummary;
}

export interface RunView {
  slug: string;
  id: string;
  number: number;
  spec: RunSpec;
  state: RunState;
  report?: Report;
}

export interface RunReference {
  slug: string;
  id: string;
}

/** Everything a start would do, without starting. Errors: data_*, model_*, engine_missing, … */
export declare function planRun(
  ws: Workspace,
  slug: string,
  overrides?: RunOverrides,
): Promise<RunPlan>;
/** Freezes run.json and data, and starts the detached runner. */
export declare function startRun(
  ws: Workspace,
  slug: string,
  options?: { overrides?: RunOverrides },
): Promise<RunSpec>;
export interface RunList {
  runs: RunView[];
  problems: ErrorBody[];
}
/** Newest first, without reports. */
export declare function listRuns(ws: Workspace, slug: string): Promise<RunList>;
export declare function readRun(ws: Workspace, slug: string, id: string): Promise<RunView>;
/**
 * `reference`: a run's id (or its unmistakable beginning), "<slug>" or "<slug>/latest",
 * "<slug>/<number>", "latest" (newest of all). Errors: run_not_found.
 */
export declare function findRun(ws: Workspace, reference: string): Promise<RunReference>;
export declare function readCurve(ws: Workspace, slug: string, id: string): Promise<CurvePoint[]>;
/**
 * Events with seq > fromSeq, then new ones as they come. Ends when `signal` aborts, or, unless
 * `forever`, once the run is no longer queued or running.
 */
export declare function followEvents(
  ws: Workspace,
  slug: string,
  id: string,
  options?: { fromSeq?: number; signal?: AbortSignal; forever?: boolean },
): AsyncGenerator<RunEvent>;
/** worker.log; the last `bytes` of it (64 KiB where absent). */
export declare function readLog(
  ws: Workspace,
  slug: string,
  id: string,
  options?: { bytes?: number },
): Promise<{ text: string; bytes: number; truncated: boolean }>;
/** Asks for a stop at the next safe point; returns at once. Errors: run_not_active. */
export declare function cancelRun(ws: Workspace, slug: string, id: string): Promise<void>;
export declare function pauseRun(ws: Workspace, slug: string, id: string): Promise<void>;
/** Starts a runner again for a run that failed or was cancelled, paused or interrupted. */
export declare function resumeRun(ws: Workspace, slug: string, id: string): Promise<RunSpec>;
/** Moves the run's folder into the trash. Errors: run_active. */
export declare function deleteRun(ws: Workspace, slug: string, id: string): Promise<void>;

/** Absolute paths; absent where the run has not made it. */
export interface RunFiles {
  folder: string;
  gguf?: string;
  modelfile?: string;
  adapter?: string;
  merged?: string;
  report?: string;
  log?: string;
}
export declare function runFiles(ws: Workspace, slug: string, id: string): Promise<RunFiles>;
export type ExportPart = "gguf" | "modelfile" | "adapter" | "merged" | "report";
/** Copies parts (gguf and modelfile where absent) into a folder; returns the copies' paths. Errors: run_not_finished. */
export declare function exportRun(
  ws: Workspace,
  slug: string,
  id: string,
  options: { folder: string; what?: ExportPart[] },
): Promise<string[]>;

// --- chat --------------------------------------------------------------------------------------

export interface ChatDone {
  reason: "stop" | "length" | "cancelled";
  tokens: number;
  promptTokens: number;
  seconds: number;
}
export interface ChatSession {
  /** The system prompt that the model serves with, or undefined. */
  readonly system: string | undefined;
  /** Tokens as they come; returns how it ended. Messages get the system prompt where they bring none. */
  answer(
    messages: Message[],
    options?: { settings?: SectionValues; signal?: AbortSignal },
  ): AsyncGenerator<string, ChatDone>;
  close(): Promise<void>;
}
/** Errors: chat_no_model, engine_missing. */
export declare function openChat(ws: Workspace, slug: string, id: string): Promise<ChatSession>;

// --- machine -----------------------------------------------------------------------------------

/** Errors: engine_missing, python_failed. */
export declare function readDevice(ws: Workspace): Promise<DeviceReply>;
