import type { FindingCode } from "#contract/findings.ts";
import { growingColumn } from "./columns.ts";
import type { Column } from "./columns.ts";
import type { Hit } from "./seen-row.ts";

/** So many rows of a finding are shown with what was found in them. */
export const shownRows = 100;

/** Rows by the number that they have in the pass, for one finding. */
export interface Hits {
  rows: Column<Uint32Array>;
  /** What was found, for the first rows. */
  found: Map<number, string>;
}

/** Collects what detectors find, row by row. */
export function startHits(): {
  add: (code: FindingCode, row: number, hit: Hit | undefined) => void;
  of: (code: FindingCode) => Hits | undefined;
} {
  const all = new Map<FindingCode, Hits>();
  return {
    add: (code, row, hit) => {
      if (!hit) return;
      let hits = all.get(code);
      if (!hits) {
        hits = { rows: growingColumn((length) => new Uint32Array(length)), found: new Map() };
        all.set(code, hits);
      }
      hits.rows.push(row);
      if (hit.found !== null && hits.found.size < shownRows) {
        hits.found.set(row, hit.found.slice(0, 80));
      }
    },
    of: (code) => all.get(code),
  };
}
