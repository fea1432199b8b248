import { readFileSync } from "node:fs";
import os from "node:os";
import { join } from "node:path";
import { AppError, type ErrorBody, toErrorBody } from "#contract/errors.ts";
import type { DeviceReply } from "#contract/trainer.ts";
import { findOllama, type Ollama, requireTemplates } from "../deploy/find.ts";
import { readDevice } from "../trainer/device.ts";
import { guessDevice } from "./device.ts";
import { freeBytes, neededBytes, requireDisk } from "./disk.ts";
import { type DoctorNote, doctorNotes } from "./doctor-notes.ts";
import { llamaPackage, requireGit } from "./llama.ts";
import { root } from "./locks.ts";
import { findProgram, mendingCommand } from "./mend.ts";
import { findNpmCli } from "./npm.mjs";
import { enginesFolder } from "./paths.ts";
import { canTrain, findPythons, type Python } from "./python.ts";
import { engineStatus, type EngineStatus } from "./status.ts";
import { systemName } from "./system-name.ts";
import { type TrainableSizes, trainableSizes } from "./trainable-sizes.ts";

/** What a machine has, what it can train, and what is in the way. */
export interface DoctorReport {
  tunesmith: string;
  node: { version: string; executable: string };
  system: { platform: string; release: string; name: string };
  processor: { name: string; cores: number };
  memory: { totalBytes: number; freeBytes: number };
  /** Of the disk that holds the engines; `neededBytes` is 0 where the engine is installed. */
  disk: { folder: string; freeBytes: number; neededBytes: number };
  /** Absent where none was found. */
  python?: { version: string; executable: string };
  git?: string;
  engine: Omit<EngineStatus, "paths"> & { folder: string };
  /** `guessed`: read without the engine. */
  device: DeviceReply & { guessed: boolean };
  trains: TrainableSizes;
  ollama?: Ollama;
  /** Each says what is wrong and what mends it. Ollama's stand here, too: training needs none. */
  problems: ErrorBody[];
  notes: DoctorNote[];
}

export interface DoctorOptions {
  /** The address of Ollama from the settings. */
  ollama?: string | null;
  env?: NodeJS.ProcessEnv;
  /** The Pythons of this machine, where they were looked for already: each is a process to start. */
  pythons?: () => Promise<Python[]>;
  /** What the device said some time ago will do; it is asked again for the next one who asks. */
  patient?: boolean;
}

/** Looks at everything, changes nothing, and never fails for what it finds. */
export async function examineMachine(
  home: string,
  { ollama: setting = null, env = process.env, pythons, patient = false }: DoctorOptions = {},
): Promise<DoctorReport> {
  const problems: ErrorBody[] = [];
  /** A finding that throws becomes a problem. */
  const look = async <T>(work: () => T | Promise<T>): Promise<T | undefined> => {
    try {
      return await work();
    } catch (error) {
      problems.push(toErrorBody(error));
      return undefined;
    }
  };
  const platform = `${process.platform}-${process.arch}`;
  const folder = enginesFolder(home);
  const status = await engineStatus(home);
  const installed = status.state === "ready";
  const free = await freeBytes(folder);
  const python = (await (pythons?.() ?? findPythons(env))).find(canTrain);
  if (!installed) await checkInstallation(look, { folder, python, env });

  const asked = installed ? await look(() => readDevice({ home }, { patient })) : undefined;
  const device = asked ?? (await guessDevice());
  const trains = trainableSizes(device, { memoryBytes: os.totalmem(), freeDiskBytes: free });
  const ollama = await look(() => findOllama({ setting, environment: env, timeoutMs: 2000 }));
  if (ollama) await look(() => requireTemplates(ollama));

  const { paths, ...state } = status;
  const git = findProgram("git", env);
  return {
    tunesmith: packageVersion(),
    node: { version: process.versions.node, executable: process.execPath },
    system: { platform, release: os.release(), name: await systemName() },
    processor: {
      name: os.cpus()[0]?.model.trim() ?? "unknown",
      cores: os.availableParallelism(),
    },
    memory: { totalBytes: os.totalmem(), freeBytes: os.freemem() },
    disk: { folder, freeBytes: free, neededBytes: installed ? 0 : neededBytes() },
    ...(python
      ? { python: { version: python.version.join("."), executable: python.executable } }
      : {}),
    ...(git ? { git } : {}),
    engine: { ...state, folder: paths.folder },
    device: { ...device, guessed: asked === undefined },
    trains,
    ...(ollama ? { ollama } : {}),
    problems,
    notes: doctorNotes(device, trains, { guessed: asked === undefined, platform }),
  };
}

/** What would stop an installation of the engine, each found without trying it. */
async function checkInstallation(
  look: <T>(work: () => T | Promise<T>) => Promise<T | undefined>,
  machine: { folder: string; python: Python | undefined; env: NodeJS.ProcessEnv },
): Promise<void> {
  const { folder, python, env } = machine;
  await look(() => {
    throw new AppError("engine_missing");
  });
  await look(() => llamaPackage());
  await look(() => {
    if (!python) throw new AppError("engine_no_python", { command: mendingCommand("python") });
    if (!python.hasPip && !python.hasVenv && !findProgram("uv", env))
      throw new AppError("engine_no_venv", {
        python: python.executable,
        command: mendingCommand("venv"),
      });
  });
  await look(() => requireGit(env));
  await look(() => {
    if (!findNpmCli(env)) throw new AppError("engine_no_npm");
  });
  await look(() => requireDisk(folder, neededBytes()));
}

function packageVersion(): string {
  const text = readFileSync(join(root, "package.json"), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
