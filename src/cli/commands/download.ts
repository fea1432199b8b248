import {
  discardDownload,
  downloadModel,
  type DownloadOptions,
  type DownloadProgress,
} from "#core/hub/download-model.ts";
import { commandName } from "#cli/command-name.ts";
import type { Context } from "#cli/context.ts";
import { exitCodes } from "#cli/exit-codes.ts";
import { bytes, duration } from "#cli/output/format.ts";
import { modelWords } from "#cli/output/model-words.ts";
import { progressLine } from "#cli/output/progress-line.ts";

/** `tunesmith models download`: with bytes, speed and time left; Ctrl-C keeps what arrived. */
export async function download(context: Context, id: string): Promise<number> {
  const { terminal, workspace } = context;
  const words = modelWords[terminal.language];
  return showDownload(context, { id, again: `models download ${id}` }, async (options) => {
    const { folder, commit } = await downloadModel(workspace, id, options);
    return () => {
      terminal.data({ type: "finished", id, commit, folder });
      terminal.say(words.downloaded(id, folder));
      terminal.hint(words.use(`${commandName()} new <name> --model ${id} --data <file>`));
    };
  });
}

/**
 * Shows a download in a line until it ends; `work` returns what to say then. Ctrl-C pauses, and says
 * the command (`again`) that goes on.
 */
export async function showDownload(
  { terminal }: Context,
  { id, again }: { id: string; again: string },
  work: (options: DownloadOptions) => Promise<() => void>,
): Promise<number> {
  const words = modelWords[terminal.language];
  const stop = new AbortController();
  const abort = () => stop.abort();
  process.once("SIGINT", abort);
  process.once("SIGTERM", abort);
  const line = progressLine(terminal);
  let told = { at: -Infinity, file: "" };
  const onProgress = ({ file, doneBytes, totalBytes, rate }: DownloadProgress) => {
    const now = performance.now();
    if (now - told.at < 200 && file === told.file && doneBytes < totalBytes) return;
    told = { at: now, file };
    terminal.data({ type: "progress", file, doneBytes, totalBytes, rate });
    const left = rate ? duration((totalBytes - doneBytes) / rate) : "";
    const speed = rate ? `, ${bytes(rate)}/s, ${words.left(left)}` : "";
    const amount = words.part(bytes(doneBytes), bytes(totalBytes));
    line.show("download", `${amount}${speed}, ${file}`);
  };
  try {
    const sayEnd = await work({ signal: stop.signal, onProgress });
    line.end();
    sayEnd();
    return exitCodes.ok;
  } catch (error) {
    line.end();
    if (!stop.signal.aborted) throw error;
    terminal.data({ type: "paused", id });
    terminal.say(words.paused(`${commandName()} ${again}`));
    return exitCodes.cancelled;
  } finally {
    process.removeListener("SIGINT", abort);
    process.removeListener("SIGTERM", abort);
  }
}

/** `tunesmith models discard` */
export async function discard({ terminal, workspace }: Context, id: string): Promise<void> {
  const freedBytes = await discardDownload(workspace, id);
  terminal.data({ id, freedBytes });
  terminal.say(modelWords[terminal.language].discarded(bytes(freedBytes)));
}
