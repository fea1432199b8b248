import { AppError } from "../../src/contract/errors.ts";
import { installEngine } from "../../src/core/engine/install.ts";
import { progressPrinter } from "./engine-progress.ts";
import { folderBytes, say } from "./say.mjs";

/** Installs the engine, showing it on stderr. False where it was said why it could not be. */
export async function provideEngine(home: string): Promise<boolean> {
  const begin = Date.now();
  const stop = new AbortController();
  const abort = (): void => stop.abort();
  process.once("SIGINT", abort).once("SIGTERM", abort);
  try {
    const onProgress = progressPrinter();
    const { folder } = await installEngine(home, { onProgress, signal: stop.signal });
    const seconds = Math.round((Date.now() - begin) / 1000);
    const size = (folderBytes(folder) / 1e9).toFixed(1);
    say(
      `${process.stderr.isTTY ? "\n" : ""}Training engine: ${size} GB in ${seconds} s, ${folder}`,
    );
    return true;
  } catch (error) {
    if (process.stderr.isTTY) say("");
    if (stop.signal.aborted) say("Stopped. The next start continues the installation.");
    else if (error instanceof AppError) say(error.message);
    else console.error(error);
    return false;
  } finally {
    process.off("SIGINT", abort).off("SIGTERM", abort);
  }
}
