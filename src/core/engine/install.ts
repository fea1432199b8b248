import { randomBytes } from "node:crypto";
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "#contract/errors.ts";
import { errorCode, errorText } from "../files/error-code.ts";
import { renamePatiently, syncFolder, writeJsonAtomic } from "../files/atomic.ts";
import { neededBytes, requireDisk } from "./disk.ts";
import { withInstallLock } from "./install-lock.ts";
import { installLlama, llamaPackage, requireGit } from "./llama.ts";
import { enginesFolder, pathsIn, type EnginePaths } from "./paths.ts";
import type { OnEngineProgress } from "./progress.ts";
import { findPythons } from "./python.ts";
import { makePythonEnvironment } from "./python-environment.ts";
import { engineStatus, type EngineStamp, type EngineStatus } from "./status.ts";
import { provideUv } from "./uv.ts";
import { verifyEngine } from "./verify.ts";

export interface InstallOptions {
  onProgress?: OnEngineProgress;
  signal?: AbortSignal | undefined;
  /** Check an installed engine and put a new one in its place where the check fails. */
  repair?: boolean;
  /** Where programs are looked for and what they are told. */
  env?: NodeJS.ProcessEnv;
}

/**
 * Installs the engine of this version of Tunesmith unless it is there, and returns its paths.
 * Everything is made in a folder beside, seen working, and renamed; an interruption leaves only
 * that folder, which the next installation removes. Old engines stay as they are.
 * Errors: engine_no_python, engine_no_venv, engine_no_git, engine_no_npm, engine_no_disk,
 * engine_no_network, engine_platform, engine_folder, engine_install_failed.
 */
export async function installEngine(
  home: string,
  { onProgress = () => {}, signal, repair = false, env = process.env }: InstallOptions = {},
): Promise<EnginePaths> {
  const before = await engineStatus(home);
  if (before.state === "ready" && !repair) return before.paths;
  llamaPackage(); // refuses platforms that have no engine before anything is written
  const engines = enginesFolder(home);
  const context = { engines, log: join(engines, "install.log"), env, onProgress, signal };
  await makeEnginesFolder(engines);
  try {
    await withInstallLock(
      join(engines, "install.lock"),
      async () => {
        // Whoever held the lock may have done it.
        const status = await engineStatus(home);
        if (status.state === "ready" && !(repair && (await isBroken(status, context)))) return;
        await removeLeftovers(engines);
        await replaceEngine(status, await makeEngine(status, context));
        // A killed installation's uv may have lived on and filled its folder anew.
        await removeLeftovers(engines);
      },
      { signal, onWait: () => onProgress({ step: "waiting" }) },
    );
  } catch (error) {
    throw explainFolder(error, engines);
  }
  return before.paths;
}

type Context = Required<Pick<InstallOptions, "onProgress" | "env">> & {
  engines: string;
  log: string;
  signal: AbortSignal | undefined;
};

async function isBroken({ paths }: EngineStatus, context: Context): Promise<boolean> {
  context.onProgress({ step: "verifying" });
  try {
    await verifyEngine(paths, context.log, context);
    return false;
  } catch (error) {
    if (error instanceof AppError) return true;
    throw error;
  }
}

/** Makes a finished engine in a folder beside and returns that folder. */
async function makeEngine({ id }: EngineStatus, context: Context): Promise<string> {
  const { engines, env, log, onProgress } = context;
  onProgress({ step: "checking" });
  await rm(log, { force: true });
  requireGit(env);
  await requireDisk(engines, neededBytes());
  const pythons = await findPythons(env);
  const uv = await provideUv(pythons, { ...context, onFetch: () => onProgress({ step: "uv" }) });
  const beside = join(engines, `${id}.partial-${randomBytes(4).toString("hex")}`);
  const paths = pathsIn(beside);
  try {
    await mkdir(beside);
    onProgress({ step: "python" });
    await makePythonEnvironment(join(beside, "python"), { ...context, uv, pythons });
    await installLlama(paths.llama, context);
    onProgress({ step: "verifying" });
    const versions = await verifyEngine(paths, log, context).catch(async (error: unknown) => {
      // Files are linked from the cache: what is damaged may be so there, and would come again.
      await rm(join(engines, "cache"), { recursive: true, force: true });
      throw error;
    });
    const createdAt = new Date().toISOString();
    const stamp: EngineStamp = { schemaVersion: 1, id, createdAt, versions };
    await writeJsonAtomic(paths.stamp, stamp);
    return beside;
  } catch (error) {
    await rm(beside, { recursive: true, force: true, maxRetries: 3 });
    throw error;
  }
}

/** Puts the new engine in its place; what lay there, broken, is moved aside and then removed. */
async function replaceEngine({ paths }: EngineStatus, beside: string): Promise<void> {
  const aside = `${paths.folder}.broken-${randomBytes(4).toString("hex")}`;
  try {
    await renamePatiently(paths.folder, aside);
  } catch (error) {
    if (errorCode(error) !== "ENOENT") throw error;
  }
  await renamePatiently(beside, paths.folder);
  await syncFolder(join(paths.folder, ".."));
  await rm(aside, { recursive: true, force: true });
}

/** Folders of installations that were interrupted. Only called with the lock in hand. */
async function removeLeftovers(engines: string): Promise<void> {
  for (const name of await readdir(engines)) {
    if (/^[0-9a-f]{16}\.(partial|broken)-/.test(name))
      await rm(join(engines, name), { recursive: true, force: true, maxRetries: 3 });
  }
}

async function makeEnginesFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    throw new AppError("engine_folder", { folder, detail: errorText(error) }, { cause: error });
  }
}

/** A folder that cannot be written is told with its name; anything else goes on as it is. */
function explainFolder(error: unknown, folder: string): unknown {
  const unwritable = ["EACCES", "EPERM", "EROFS", "ERR_SQLITE_ERROR"];
  if (!unwritable.includes(errorCode(error) ?? "")) return error;
  return new AppError("engine_folder", { folder, detail: errorText(error) }, { cause: error });
}
