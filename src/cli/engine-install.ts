import { AppError } from "#contract/errors.ts";
import type { EngineProgress, EngineStep } from "#core/engine/progress.ts";
import type { Workspace } from "./context.ts";
import { progressLine } from "./output/progress-line.ts";
import { bytes } from "./output/format.ts";
import type { Terminal } from "./terminal.ts";

const titles: Record<EngineStep, string> = {
  waiting: "Waiting for another Tunesmith that installs the training engine",
  checking: "Looking at Python, git and disk",
  uv: "Fetching uv, which installs Python packages",
  python: "Installing PyTorch and its companions",
  llama: "Fetching llama.cpp",
  source: "Unpacking llama.cpp's converter",
  compiling: "Compiling, so that later starts are quick",
  verifying: "Checking that everything loads",
};

/** Whether the trainer can be started: an installed engine, or one that the environment names. */
export async function hasEngine(workspace: Workspace): Promise<boolean> {
  const { trainerPaths } = await import("#core/trainer/paths.ts");
  try {
    await trainerPaths(workspace);
    return true;
  } catch (error) {
    if (error instanceof AppError && error.code === "engine_missing") return false;
    throw error;
  }
}

/**
 * Installs the engine unless it is there (`repair`: and works), showing each step. False where
 * Ctrl-C stopped it.
 */
export async function installEngineVisibly(
  terminal: Terminal,
  home: string,
  options: { repair?: boolean } = {},
): Promise<boolean> {
  const { installEngine } = await import("#core/engine/install.ts");
  const stop = new AbortController();
  const abort = () => stop.abort();
  process.on("SIGINT", abort);
  const line = progressLine(terminal);
  const onProgress = (progress: EngineProgress) => {
    terminal.data({ type: "engine", ...progress });
    line.show(progress.step, installationLine(progress));
  };
  try {
    await installEngine(home, { ...options, onProgress, signal: stop.signal });
    return true;
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    line.end();
    terminal.hint("Stopped. The next start begins the installation again.");
    return false;
  } finally {
    line.end();
    process.removeListener("SIGINT", abort);
  }
}

/** One state of an installation in a line. */
function installationLine({ step, doneBytes, totalBytes, note }: EngineProgress): string {
  const amount = totalBytes ? `${bytes(doneBytes ?? 0)} of ${bytes(totalBytes)}` : "";
  const detail = [amount, note ?? ""].filter(Boolean).join(", ");
  return detail === "" ? `${titles[step]} …` : `${titles[step]}: ${detail}`;
}
