import { createReadStream, createWriteStream } from "node:fs";
import { rm, stat } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { AppError } from "#contract/errors.ts";
import { explainFullDisk } from "#core/files/atomic.ts";
import { errorCode, isMissing } from "#core/files/error-code.ts";
import { commandName } from "#cli/command-name.ts";
import type { Context } from "#cli/context.ts";
import { findRun } from "#cli/find-run.ts";
import { bytes } from "#cli/output/format.ts";
import { progressLine } from "#cli/output/progress-line.ts";
import { runName } from "#cli/run-view/follow.ts";

/** `tunesmith export-run`: a whole run, also an unfinished one, as one file for another machine. */
export async function exportWholeRun(
  context: Context,
  reference: string,
  target: string,
  options: { withBase?: boolean },
): Promise<void> {
  const { core, workspace, terminal } = context;
  const { slug, id } = await findRun(context, reference);
  const file = resolve(target);
  const archive = await core.exportArchive(workspace, slug, id, {
    base: options.withBase ?? false,
  });
  const line = progressLine(terminal, terminal.hint);
  let done = 0;
  archive.stream.on("data", (chunk: Uint8Array) => {
    done += chunk.length;
    line.show(
      "export",
      `Writing ${bytes(Math.min(done, archive.bytes))} of ${bytes(archive.bytes)}`,
    );
  });
  try {
    await pipeline(archive.stream, createWriteStream(file, { flags: "wx" }));
  } catch (error) {
    if (errorCode(error) === "EEXIST") throw new AppError("file_exists", { file });
    // It was made here, and is only a part.
    await rm(file, { force: true });
    throw await explainFullDisk(error, file);
  } finally {
    line.end();
  }
  const { size } = await stat(file);
  terminal.data({ project: slug, run: id, file, bytes: size });
  terminal.say(`Run ${slug}/${id} is in ${file} (${bytes(size)}).`);
  terminal.say(`On the other machine: ${commandName()} import-run ${basename(file)}`);
}

/** `tunesmith import-run`: brings such a file in. */
export async function importWholeRun(
  context: Context,
  source: string,
  options: { model?: string },
): Promise<void> {
  const { core, workspace, terminal } = context;
  const file = resolve(source);
  await stat(file).catch((error: unknown) => {
    if (isMissing(error)) throw new AppError("not_found", { what: "file", name: file });
    throw error;
  });
  const line = progressLine(terminal, terminal.hint);
  const stop = new AbortController();
  const abort = () => stop.abort();
  process.on("SIGINT", abort);
  try {
    const imported = await core.importArchive(workspace, createReadStream(file), {
      name: file,
      model: options.model,
      signal: stop.signal,
      onProgress: ({ done, total }) =>
        line.show("import", `Reading ${bytes(done)} of ${bytes(total)}`),
    });
    line.end();
    terminal.data(imported);
    const name = runName({ slug: imported.project, number: imported.number });
    terminal.say(
      `It is here as run ${name}${imported.created ? ", in a project of its own" : ""}.`,
    );
    if (!imported.base_found) {
      terminal.say(
        "Its base model is not on this machine: it can be shown and talked to, but not continued or reproduced. With the base, import it again with --model <folder>.",
      );
    }
    terminal.say(`Check it with: ${commandName()} verify ${name}`);
    const { state } = await core.readRun(workspace, imported.project, imported.run);
    if (state.status !== "finished" && imported.base_found) {
      terminal.say(`Continue it with: ${commandName()} resume ${name}`);
    }
  } finally {
    line.end();
    process.removeListener("SIGINT", abort);
  }
}
