import type { FindingReport } from "#contract/finding-report.ts";
import { readProject } from "../../projects/projects.ts";
import type { Workspace } from "../../workspace.ts";
import { explainMissing } from "../check.ts";
import { dataSources } from "../data-files.ts";
import { expectPairs } from "../near-pairs.ts";
import type { Following } from "../progress.ts";
import { doctorSettings } from "./doctor-settings.ts";
import { lookThrough } from "./look-through.ts";
import { findingsKey, storeFindings } from "./report-store.ts";
import { findByTokens } from "./token-findings.ts";

export type LookForOptions = Following;

/**
 * Looks through a project's data and keeps the report. Without an engine tokens are not counted, and
 * the report says so. Errors: not_found, data_file_missing, disk_full, AbortError.
 */
export async function lookForFindings(
  ws: Workspace,
  slug: string,
  options: LookForOptions = {},
): Promise<FindingReport> {
  const start = performance.now();
  const project = await readProject(ws, slug);
  // Of the data as they are now: what changes meanwhile makes the report stale.
  const key = findingsKey(project);
  let tokensCounted = false;
  try {
    const sources = dataSources(ws, project);
    // The split asks the same of the same rows.
    const trainsAll = sources.every(({ role }) => role === "train");
    const keepPairs = trainsAll ? await expectPairs(sources).catch(() => undefined) : undefined;
    const { rows, findings, near } = await lookThrough(sources, {
      ...(await doctorSettings(ws, project)),
      ...options,
      more: async (sample, languages) => {
        const { signal } = options;
        const found = await findByTokens(ws, project, {
          sample,
          languages,
          ...(signal && { signal }),
        });
        tokensCounted = found !== undefined;
        return found ?? [];
      },
    });
    await keepPairs?.(near);
    const report: FindingReport = {
      schemaVersion: 1,
      key,
      createdAt: new Date().toISOString(),
      seconds: Math.round((performance.now() - start) / 100) / 10,
      rows,
      tokensCounted,
      findings: findings.map(({ finding }) => finding),
    };
    await storeFindings(ws, slug, report, findings);
    return report;
  } catch (error) {
    throw explainMissing(error);
  }
}
