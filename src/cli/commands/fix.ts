import { AppError } from "#contract/errors.ts";
import { fixLabel } from "#contract/findings.ts";
import type { FindingCode, FixCode } from "#contract/findings.ts";
import { lookForFindings } from "#core/datasets/doctor/look.ts";
import { readFindings } from "#core/datasets/doctor/report-store.ts";
import { applyFix, previewFix } from "#core/datasets/versions/fix.ts";
import { compareVersions, listVersions, restoreVersion } from "#core/datasets/versions/versions.ts";
import type { Context } from "#cli/context.ts";
import { findProject } from "#cli/find-project.ts";
import { printChanges, printFindings } from "#cli/output/findings.ts";
import { count, plural } from "#cli/output/format.ts";

export interface FixOptions {
  /** The fix, where a finding has several. */
  with?: string;
  /** Show what would change, and change nothing. */
  preview?: boolean;
}

/**
 * `tunesmith fix`: without a finding it looks and lists; with one it makes a new version of the data.
 * The uploaded files stay as they are. Errors: not_found, fix_unsuitable, project_training.
 */
export async function fix(
  context: Context,
  reference: string,
  finding: string | undefined,
  options: FixOptions,
): Promise<void> {
  const { terminal, workspace } = context;
  const { slug } = await findProject(context, reference);
  const { state, report: last } = await readFindings(workspace, slug);
  const report = last && state === "current" ? last : await lookForFindings(workspace, slug);
  if (finding === undefined) {
    terminal.data(report);
    printFindings(terminal, report.findings);
    return;
  }
  const found = report.findings.find(({ code }) => code === finding);
  if (!found) throw new AppError("not_found", { what: "finding", name: finding });
  const chosen = (options.with ?? found.fixes[0] ?? "") as FixCode;
  const order = { finding: finding as FindingCode, fix: chosen };
  if (options.preview) {
    const changes = await previewFix(workspace, slug, order);
    terminal.data(changes);
    printChanges(terminal, changes);
    return;
  }
  const versions = await applyFix(workspace, slug, order);
  terminal.data({ ...order, versions });
  const made = Object.entries(versions).map(([file, version]) => `${file} is version ${version}`);
  const label = fixLabel(chosen, terminal.language);
  terminal.say(made.length === 0 ? `${label}: nothing to change.` : `${label}: ${made.join(", ")}`);
}

export interface VersionsOptions {
  /** Let this version count; 0 = as uploaded. */
  restore?: string;
  /** Show what differs from this version to the one that counts. */
  compare?: string;
}

/** `tunesmith versions`: what fixes made of a data file. Errors: not_found, project_training. */
export async function versions(
  context: Context,
  reference: string,
  file: string | undefined,
  { restore, compare }: VersionsOptions,
): Promise<void> {
  const { terminal, workspace, core } = context;
  const { slug } = await findProject(context, reference);
  const { data } = await core.readProject(workspace, slug);
  const name = file ?? data[0]?.name ?? "";
  if (restore !== undefined) {
    await restoreVersion(workspace, slug, { name, version: versionNumber(restore) });
  }
  const list = await listVersions(workspace, slug, name);
  if (compare !== undefined) {
    const from = versionNumber(compare);
    const changes = await compareVersions(workspace, slug, { name, from, to: list.current });
    terminal.data(changes);
    printChanges(terminal, changes);
    return;
  }
  terminal.data({ file: name, ...list });
  terminal.say(`${mark(list.current === 0)} 0  ${name}, as it was uploaded`);
  for (const { version, finding, fix: code, changed, leftOut } of list.versions) {
    const what = `${finding}: ${fixLabel(code, terminal.language)}`;
    const rows = `${plural(changed, "row")} changed, ${count(leftOut)} left out in all`;
    terminal.say(`${mark(list.current === version)} ${version}  ${what} (${rows})`);
  }
}

const mark = (counts: boolean): string => (counts ? "→" : " ");

function versionNumber(text: string): number {
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw new AppError("not_found", { what: "version", name: text });
}
