import type { Changes, DataVersion } from "#contract/data-version.ts";
import { AppError } from "#contract/errors.ts";
import type { FindingCode, FixCode } from "#contract/findings.ts";
import type { DataFile, Project } from "#contract/project.ts";
import { writeAtomic } from "../../files/atomic.ts";
import { changeProject, readProject } from "../../projects/projects.ts";
import { refuseWhileTraining } from "../../projects/active.ts";
import type { Workspace } from "../../workspace.ts";
import { dataSources } from "../data-files.ts";
import { doctorSettings } from "../doctor/doctor-settings.ts";
import { unpackPlaces } from "../doctor/places.ts";
import type { FoundPlace } from "../doctor/places.ts";
import { readFindings, readPlaces } from "../doctor/report-store.ts";
import type { DoctorSettings } from "../doctor/row-findings.ts";
import type { DataSource } from "../data-source.ts";
import { scanFile } from "../scan.ts";
import type { ScannedRow } from "../scan.ts";
import { openChanges } from "./changes-file.ts";
import type { ChangedRow } from "./changes-file.ts";
import { rewriteRow } from "./rewrite.ts";
import type { Rewritten } from "./rewrite.ts";
import { rowText } from "./row-text.ts";
import { addVersion, changesPath, makeVersionFolder, readVersions } from "./store.ts";

export interface Fix {
  finding: FindingCode;
  fix: FixCode;
  /** Only these rows of the finding; absent = all. */
  rows?: readonly { file: string; line: number }[];
}
export interface FixOptions {
  signal?: AbortSignal;
  /** Rows read so far. */
  onRows?: (rows: number) => void;
}

/** So many rows are shown before and after. */
export const shownChanges = 50;
/** Characters that are written at once. */
const pieceLength = 1 << 20;

/** Errors: not_found, findings_stale, fix_unsuitable, project_training. */
export async function checkFix(ws: Workspace, slug: string, fix: Fix): Promise<void> {
  await refuseWhileTraining(ws, await readProject(ws, slug));
  await requireFinding(ws, slug, fix);
}

/** What a fix would do; nothing is saved. Errors: not_found, findings_stale, fix_unsuitable. */
export async function previewFix(
  ws: Workspace,
  slug: string,
  fix: Fix,
  { signal }: FixOptions = {},
): Promise<Changes> {
  const plan = await planFix(ws, slug, fix);
  const changes: Changes = { changed: 0, leftOut: 0, broughtBack: 0, rows: [] };
  for (const file of plan.files) {
    for await (const { row, after } of rewritten(file, plan, signal)) {
      if (after === undefined) continue;
      changes[after === null ? "leftOut" : "changed"] += 1;
      if (changes.rows.length >= shownChanges) continue;
      const place = { file: row.file, line: row.line };
      changes.rows.push({ ...place, before: rowText(row), after: rowText(after) });
    }
  }
  return changes;
}

/**
 * Makes a new version of every data file that the fix changes; the files themselves stay as they
 * are. Returns the versions by the files' names.
 * Errors: not_found, findings_stale, fix_unsuitable, project_training, disk_full.
 */
export async function applyFix(
  ws: Workspace,
  slug: string,
  fix: Fix,
  options: FixOptions = {},
): Promise<Record<string, number>> {
  await refuseWhileTraining(ws, await readProject(ws, slug));
  const plan = await planFix(ws, slug, fix);
  const made: { file: DataFile; version: DataVersion }[] = [];
  let seen = 0;
  const onRow = (): void => options.onRows?.((seen += 1));
  for (const target of plan.files) {
    const version = await writeVersion(ws, slug, { target, plan, signal: options.signal, onRow });
    if (version) made.push({ file: target.file, version });
  }
  await changeProject(ws, slug, async ({ project }) => {
    for (const { file, version } of made) {
      const now = project.data.find(({ name }) => name === file.name);
      // Another file, or another version of it, took its place meanwhile.
      if (now?.sha256 !== file.sha256 || (now.version ?? 0) !== version.parent) {
        throw new AppError("findings_stale");
      }
      await addVersion(ws, slug, file, version);
    }
    return setVersions(
      project,
      new Map(made.map(({ file, version }) => [file.name, version.version])),
    );
  });
  return Object.fromEntries(made.map(({ file, version }) => [file.name, version.version]));
}

/** A project whose data files count in these versions; 0 = as uploaded. */
export function setVersions(project: Project, versions: ReadonlyMap<string, number>): Project {
  return {
    ...project,
    data: project.data.map((file) => {
      const version = versions.get(file.name);
      if (version === undefined) return file;
      const { version: _, ...uploaded } = file;
      return version === 0 ? uploaded : { ...uploaded, version };
    }),
  };
}

interface FixTarget {
  file: DataFile;
  source: DataSource;
  lines: ReadonlySet<number>;
}
interface FixPlan {
  fix: Fix;
  files: FixTarget[];
  settings: DoctorSettings;
}

async function requireFinding(ws: Workspace, slug: string, fix: Fix): Promise<void> {
  const { state, report } = await readFindings(ws, slug);
  if (state !== "current" || !report) throw new AppError("findings_stale");
  const finding = report.findings.find(({ code }) => code === fix.finding);
  if (!finding) throw new AppError("not_found", { what: "finding", name: fix.finding });
  if (finding.fixes.includes(fix.fix)) return;
  const available = finding.fixes.join(", ") || "–";
  throw new AppError("fix_unsuitable", { fix: fix.fix, finding: fix.finding, available });
}

async function planFix(ws: Workspace, slug: string, fix: Fix): Promise<FixPlan> {
  const project = await readProject(ws, slug);
  await requireFinding(ws, slug, fix);
  const sources = dataSources(ws, project);
  const wanted = fix.rows && new Set(fix.rows.map(({ file, line }) => `${line} ${file}`));
  const touches = ({ source, line, first }: FoundPlace): boolean =>
    !(fix.fix === "keep_first" && first) &&
    (!wanted || wanted.has(`${line} ${sources[source]?.name}`));
  const lines = new Map<number, Set<number>>();
  for (const place of unpackPlaces(await readPlaces(ws, slug, fix.finding))) {
    if (!touches(place)) continue;
    const own = lines.get(place.source);
    if (own) own.add(place.line);
    else lines.set(place.source, new Set([place.line]));
  }
  const files = [...lines].flatMap(([number, own]): FixTarget[] => {
    const source = sources[number];
    const file = project.data.find(({ name }) => name === source?.name);
    return source && file ? [{ file, source, lines: own }] : [];
  });
  return { fix, files, settings: await doctorSettings(ws, project) };
}

/** Every row of a file as it counts now, with what the fix makes of it. */
async function* rewritten(
  { source, lines }: FixTarget,
  { fix, settings }: FixPlan,
  signal: AbortSignal | undefined,
): AsyncGenerator<{ row: ScannedRow; after: Rewritten }> {
  for await (const rows of scanFile(source.path, source)) {
    signal?.throwIfAborted();
    for (const row of rows) {
      const after = lines.has(row.line) ? rewriteRow(row, fix, settings) : undefined;
      yield { row, after };
    }
  }
}

/** Writes all changes against the original, the earlier version's own ones among them. */
async function writeVersion(
  ws: Workspace,
  slug: string,
  at: { target: FixTarget; plan: FixPlan; signal: AbortSignal | undefined; onRow: () => void },
): Promise<DataVersion | undefined> {
  const { file, source } = at.target;
  const { finding, fix } = at.plan.fix;
  const earlier = await readVersions(ws, slug, file);
  const version = Math.max(0, ...earlier.map((one) => one.version)) + 1;
  const path = changesPath(ws, slug, file, version) ?? "";
  await makeVersionFolder(ws, slug, file);
  const counts = { changed: 0, leftOut: 0 };
  let news = 0;
  const before = openChanges(source.changes);
  try {
    await writeAtomic(path, async (output) => {
      let piece = "";
      for await (const { row, after } of rewritten(at.target, at.plan, at.signal)) {
        at.onRow();
        const kept = await before.at(row.line);
        const change = after === undefined ? kept : toChange(row.line, after, finding);
        if (after !== undefined) news += 1;
        if (!change) continue;
        counts["out" in change ? "leftOut" : "changed"] += 1;
        piece += `${JSON.stringify(change)}\n`;
        if (piece.length < pieceLength) continue;
        await output.writeFile(piece);
        piece = "";
      }
      await output.writeFile(piece);
    });
  } finally {
    await before.close();
  }
  if (news === 0) return undefined;
  const createdAt = new Date().toISOString();
  return { version, createdAt, parent: file.version ?? 0, finding, fix, ...counts };
}

const toChange = (
  line: number,
  after: Exclude<Rewritten, undefined>,
  out: FindingCode,
): ChangedRow => (after === null ? { line, out } : { line, ...after });
