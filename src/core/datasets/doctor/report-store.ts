import { createHash } from "node:crypto";
import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { findingReportSchema } from "#contract/finding-report.ts";
import type { FindingReport } from "#contract/finding-report.ts";
import type { FindingCode } from "#contract/findings.ts";
import type { Project } from "#contract/project.ts";
import { makeFolder, writeFileAtomic, writeJsonAtomic } from "../../files/atomic.ts";
import { isMissing } from "../../files/error-code.ts";
import { readProject } from "../../projects/projects.ts";
import { projectFolder } from "../../projects/store.ts";
import type { Workspace } from "../../workspace.ts";
import type { LocatedFinding } from "./look-through.ts";
import type { PackedPlaces } from "./places.ts";

/** Raised when detectors find other things in the same rows. */
const doctorVersion = 2;

const folderOf = (ws: Workspace, slug: string): string => join(projectFolder(ws, slug), "findings");
const reportPath = (ws: Workspace, slug: string): string => join(folderOf(ws, slug), "report.json");
const rowsPath = (ws: Workspace, slug: string, key: string, code: FindingCode): string =>
  join(folderOf(ws, slug), `${key.slice(0, 16)}-${code}.rows`);

/** Changes with everything that decides what is found: files, versions, model and settings. */
export function findingsKey({ data, model, modelfileConfig, trainingConfig }: Project): string {
  const files = data.map(({ name, role, sha256, version = 0, mapping = null }) => ({
    name,
    role,
    sha256,
    version,
    mapping,
  }));
  const length = trainingConfig["max_length"] ?? null;
  const all = { doctorVersion, files, model, modelfileConfig, length };
  return createHash("sha256").update(JSON.stringify(all)).digest("hex");
}

/** The last report, and whether it is about the data as they are. Errors: not_found. */
export async function readFindings(
  ws: Workspace,
  slug: string,
): Promise<{ state: "current" | "stale" | "none"; report: FindingReport | null }> {
  const project = await readProject(ws, slug);
  const report = await loadReport(ws, slug);
  if (!report) return { state: "none", report: null };
  return { state: report.key === findingsKey(project) ? "current" : "stale", report };
}

/** A report of another version of Tunesmith, or a damaged one, is none: looking again makes one. */
async function loadReport(ws: Workspace, slug: string): Promise<FindingReport | undefined> {
  try {
    const text = await readFile(reportPath(ws, slug), "utf8");
    return findingReportSchema.safeParse(JSON.parse(text)).data;
  } catch (error) {
    if (isMissing(error) || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Stores a report and the places of all its rows, and removes those of earlier reports. */
export async function storeFindings(
  ws: Workspace,
  slug: string,
  report: FindingReport,
  findings: readonly LocatedFinding[],
): Promise<void> {
  await makeFolder(folderOf(ws, slug));
  for (const { finding, places: pack } of findings) {
    const places = pack();
    const bytes = new Uint8Array(places.buffer, places.byteOffset, places.byteLength);
    await writeFileAtomic(rowsPath(ws, slug, report.key, finding.code), bytes);
  }
  await writeJsonAtomic(reportPath(ws, slug), report);
  for (const name of await readdir(folderOf(ws, slug))) {
    if (name.endsWith(".rows") && !name.startsWith(report.key.slice(0, 16))) {
      await rm(join(folderOf(ws, slug), name), { force: true });
    }
  }
}

/** The places of all rows of a finding of the last report. */
export async function readPlaces(
  ws: Workspace,
  slug: string,
  code: FindingCode,
): Promise<PackedPlaces> {
  const report = await loadReport(ws, slug);
  if (!report) return new Uint32Array();
  try {
    const bytes = await readFile(rowsPath(ws, slug, report.key, code));
    // A copy, since a buffer of Node may begin anywhere and numbers of four bytes may not.
    return new Uint32Array(new Uint8Array(bytes).buffer);
  } catch (error) {
    if (isMissing(error)) return new Uint32Array();
    throw error;
  }
}
