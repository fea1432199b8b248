import type { ErrorParams } from "#contract/errors.ts";
import type { Severity } from "#contract/finding-report.ts";
import type { FindingCode, FixCode } from "#contract/findings.ts";
import type { Found } from "./found.ts";
import { shownRows } from "./hit-list.ts";
import type { Hits } from "./hit-list.ts";

export interface About {
  severity: Severity;
  fixes: readonly FixCode[];
}

/** All rows of a finding, with what was found in the first of them. */
export function fromHits(
  code: FindingCode,
  hits: Hits,
  about: About,
  params: ErrorParams = {},
): Found {
  const found = fromRows(code, hits.rows.values(), about, params);
  for (const shown of found.shown) shown.found = hits.found.get(shown.row) ?? null;
  const [example] = hits.found.values();
  if (code === "special_token") found.params = { ...found.params, token: example ?? "" };
  if (code === "stop_in_answer") found.params = { ...found.params, stop: example ?? "" };
  return found;
}

/** The same of rows in which there is nothing to quote. */
export function fromRows(
  code: FindingCode,
  rows: Uint32Array,
  { severity, fixes }: About,
  params: ErrorParams,
): Found {
  const shown = [...rows.subarray(0, shownRows)].map((row) => ({ row, group: null, found: null }));
  return {
    code,
    severity,
    fixes: [...fixes],
    params: { rows: rows.length, ...params },
    rows,
    shown,
  };
}
