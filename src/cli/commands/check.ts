import { stat } from "node:fs/promises";
import { basename, resolve } from "node:path";
import type { LedgerEntry, LedgerSummary } from "#contract/dataset.ts";
import { AppError, isErrorCode } from "#contract/errors.ts";
import type { Finding } from "#contract/finding-report.ts";
import { defaultFor, findParameter } from "#contract/parameters/registry.ts";
import { splitSeed } from "#core/datasets/check.ts";
import { inDataThread } from "#core/datasets/data-thread.ts";
import type { DataFormat } from "#contract/data-format.ts";
import { detectFormat } from "#core/datasets/formats/detect.ts";
import { expectPairs } from "#core/datasets/near-pairs.ts";
import { placeInThread } from "#core/datasets/place-in-thread.ts";
import { placeRows } from "#core/datasets/place-rows.ts";
import type { DataSource } from "#core/datasets/data-source.ts";
import type { OnDataProgress } from "#core/datasets/progress.ts";
import { unreadableReason } from "#core/datasets/unreadable.ts";
import { temporaryFolder } from "#core/workspace.ts";
import type { Context } from "#cli/context.ts";
import { hasEngine } from "#cli/engine-install.ts";
import { exitCodes } from "#cli/exit-codes.ts";
import { findProject } from "#cli/find-project.ts";
import { printFindings } from "#cli/output/findings.ts";
import { printEntries, printFormats, printLedger } from "#cli/output/ledger.ts";
import { count, plural } from "#cli/output/format.ts";
import { dataProgress } from "#cli/output/data-progress.ts";
import { progressLine } from "#cli/output/progress-line.ts";
import { bullet } from "#cli/output/wrap.ts";
import { bodySentence } from "#contract/body-sentence.ts";
import { requireFiles } from "#cli/require-files.ts";
import { plannedFiles } from "#cli/spec-file/apply.ts";
import { looksLikeSpec, readSpec } from "#cli/spec-file/read.ts";
import type { Terminal } from "#cli/terminal.ts";

/** Smaller files are read before anyone looks. */
const largeBytes = 50_000_000;

export interface CheckOptions {
  /** Held-out files beside a data file. */
  check?: string[];
  /** List every row that is left out. */
  all?: boolean;
  /** false: account for the rows, and look for no faults in them. */
  findings?: boolean;
}

/**
 * `tunesmith check`: accounts for every row of a data file, of what a spec file names, or of a
 * project (there with the model's own limits, too). Nothing is saved.
 * Errors: data_no_usable_rows, data_empty_file, and what is wrong with a spec file.
 */
export async function check(
  context: Context,
  target: string,
  options: CheckOptions,
): Promise<number> {
  if (await isFolder(target)) {
    throw new AppError("bad_request", { detail: `${target} is a folder; name the files in it` });
  }
  if (await isDataFile(target)) {
    const files = {
      data: [resolve(target)],
      check: (options.check ?? []).map((file) => resolve(file)),
    };
    await checkFiles(context, files, {}, options);
  } else if (looksLikeSpec(target)) {
    const spec = await readSpec(target);
    const training = spec.settings.training_config ?? {};
    context.terminal.say(`${target}: every key and value is fine.`);
    await checkFiles(context, spec, training, options);
  } else {
    await checkProject(context, target, options);
  }
  return exitCodes.ok;
}

/** A folder of the path, where it is no project's name as well. */
const isFolder = async (target: string): Promise<boolean> =>
  /[/\\.]/.test(target) && ((await stat(target).catch(() => undefined))?.isDirectory() ?? false);

/** A file of any form; YAML is a spec, and JSON is one where it holds no rows. */
async function isDataFile(target: string): Promise<boolean> {
  if (/\.jsonl$/i.test(target)) return true;
  const file = await stat(target).catch(() => undefined);
  if (!file?.isFile() || /\.ya?ml$/i.test(target)) return false;
  if (!/\.json$/i.test(target)) return true;
  const name = basename(target);
  const found = await detectFormat(target, { name }).catch(() => undefined);
  return found !== undefined && (found.format.form !== null || found.plan.jsonRoot.kind === "list");
}

async function checkFiles(
  { terminal, workspace }: Context,
  files: { data?: string[]; check?: string[] },
  trainingConfig: Parameters<typeof splitSeed>[0]["trainingConfig"],
  { all = false, findings: look = true }: CheckOptions,
): Promise<void> {
  const spill = temporaryFolder(workspace);
  const sources: DataSource[] = plannedFiles(files).map((file) => ({ ...file, spill }));
  await requireFiles(sources.map(({ path }) => path));
  const leftOut: LedgerEntry[] = [];
  const keep = (entry: LedgerEntry) =>
    void (all && entry.outcome === "left_out" && leftOut.push(entry));
  const seed = splitSeed({ trainingConfig });
  const formats = await readFormats(sources);
  // The look comes first: on its way it finds what the split must keep together.
  const findings = look ? await visibly(terminal, (tell) => findIn(sources, tell)) : undefined;
  const placement = await visibly(terminal, (onProgress) =>
    all
      ? placeRows(
          sources,
          { seed, onProgress, reportsUnreadable: true },
          { row: () => {}, entry: keep },
        )
      : placeInThread(sources, seed, { onProgress }),
  );
  const { ledger, checkSource, duplicates } = placement;
  terminal.data({
    ledger,
    checkSource,
    duplicates,
    formats,
    ...(all && { leftOut }),
    ...(findings && { findings }),
  });
  printFormats(terminal, formats);
  if (all) printEntries(terminal, leftOut);
  printLedger(terminal, all ? { ...ledger, first: [], leftOut: 0 } : ledger);
  if (duplicates > 0) terminal.say(`${plural(duplicates, "row")} of them exact copies of others`);
  if (findings && ledger.train > 0) printFindings(terminal, findings);
  requireReadable(ledger);
  if (sources.length > 0) requireRows(ledger, sources);
}

/** What the doctor finds where there is no project, and so no model: with the usual stop texts. */
async function findIn(
  sources: readonly DataSource[],
  onProgress: OnDataProgress,
): Promise<Finding[]> {
  const parameter = findParameter("modelfile_config", "stop");
  const stop = parameter && defaultFor(parameter, "cpu");
  const settings = { stop: Array.isArray(stop) ? stop.map(String) : [], tokens: [] };
  const keepPairs = await expectPairs(sources);
  const work = { sources: [...sources], settings };
  const { findings, near } = await inDataThread("look-files", work, { onProgress });
  if (sources.every(({ role }) => role === "train")) await keepPairs(near);
  return findings;
}

async function readFormats(sources: readonly DataSource[]): Promise<Record<string, DataFormat>> {
  const formats: Record<string, DataFormat> = {};
  for (const { name, path } of sources) {
    const { size } = await stat(path);
    if (size === 0) continue;
    try {
      formats[name] = (await detectFormat(path, { name })).format;
    } catch (error) {
      // Of several files the others are accounted for all the same.
      if (sources.length === 1 || !unreadableReason(error, name)) throw error;
    }
  }
  return formats;
}

/** Does long work with rows; with large files it shows how far that is. */
async function visibly<T>(
  terminal: Terminal,
  work: (onProgress: OnDataProgress) => Promise<T>,
): Promise<T> {
  const line = progressLine(terminal, terminal.hint);
  let large = false;
  try {
    return await work((done, total, step) => {
      large ||= step !== "compare" && total > largeBytes;
      if (large) line.show(step, dataProgress(done, total, step));
    });
  } finally {
    line.end();
  }
}

/** All has been told by now; that a file could not be read is an error all the same. */
function requireReadable({ unreadable: [first] }: LedgerSummary): void {
  if (!first) return;
  const { code, params } = first.reason;
  if (isErrorCode(code)) throw new AppError(code, params);
}

/** What is left must be something to learn from. */
function requireRows(ledger: LedgerSummary, sources: readonly DataSource[]): void {
  if (ledger.train > 0) return;
  const file = sources.map(({ path }) => basename(path)).join(", ");
  const [first] = ledger.first;
  if (ledger.rows === 0 || !first) {
    throw new AppError("data_empty_file", {
      file,
      example: '{"instruction": "…", "output": "…"}',
    });
  }
  throw new AppError("data_no_usable_rows", {
    rows: ledger.rows,
    file,
    line: first.line,
    reason: first.reason?.message.replace(/\.$/, "") ?? "",
  });
}

/** With an engine the whole plan is made, tokens and all; without one the rows alone are read. */
async function checkProject(
  context: Context,
  reference: string,
  { findings: look = true }: CheckOptions,
): Promise<void> {
  const { core, workspace, terminal } = context;
  const { slug } = await findProject(context, reference);
  const work = { home: workspace.home, slug };
  const findings = look
    ? (await visibly(terminal, (onProgress) => inDataThread("look", work, { onProgress }))).findings
    : undefined;
  if (!(await hasEngine(workspace))) {
    const ledger = await visibly(terminal, (onProgress) =>
      core.checkData(workspace, slug, { onProgress }),
    );
    terminal.data({ ledger, ...(findings && { findings }) });
    printLedger(terminal, ledger);
    if (findings) printFindings(terminal, findings);
    requireReadable(ledger);
    terminal.say("Tokens were not counted: the training engine is not installed.");
    return;
  }
  const { spec, decisions, ledger } = await core
    .planRun(workspace, slug)
    .catch(async (error: unknown) => {
      // Nothing is planned with a file that cannot be read; the others are accounted for all the same.
      if (unreadableReason(error, slug)) {
        const { unreadable, ...rest } = await core.checkData(workspace, slug);
        if (unreadable.length > 0) {
          terminal.data({ ledger: { ...rest, unreadable }, ...(findings && { findings }) });
          printLedger(terminal, { ...rest, unreadable });
          if (findings) printFindings(terminal, findings);
        }
      }
      throw error;
    });
  terminal.data({ ledger, decisions, spec, ...(findings && { findings }) });
  printLedger(terminal, ledger);
  if (findings) printFindings(terminal, findings);
  terminal.say(
    `${plural(spec.plan.optimizerSteps, "step")} would be trained, over ${count(spec.plan.tokens)} tokens.`,
  );
  for (const decision of decisions)
    terminal.say(bullet(terminal, "•", bodySentence(decision, terminal.language)));
}
