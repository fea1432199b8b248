import type { LedgerEntry, LedgerSummary, Row } from "#contract/dataset.ts";
import type { ErrorBody } from "#contract/errors.ts";
import type { Cut } from "./cut.ts";
import type { NearPairs } from "./find-near-pairs.ts";
import type { Following } from "./progress.ts";
import type { ScannedRow } from "./scan.ts";

export interface PlacementOptions extends Following {
  seed: number;
  /** Goes into rows that bring no system prompt; undefined = none does. */
  system?: string | undefined;
  /** What goes of rows that are shortened, by id. */
  shortened?: ReadonlyMap<string, Cut>;
  /** Rows that the model cannot take, by id, with the reason. */
  rejected?: ReadonlyMap<string, ErrorBody>;
  /** Which rows are nearly the same, where that is known. */
  near?: NearPairs | undefined;
  /** A file that cannot be read becomes an entry of the ledger and ends nothing; never so in training. */
  reportsUnreadable?: boolean;
}

/** Where rows go as they are placed; absent in a mere check. */
export interface RowSink {
  row: (side: "train" | "check", row: Row) => Promise<void> | void;
  entry: (entry: LedgerEntry, row: ScannedRow) => Promise<void> | void;
}

export interface Placement {
  ledger: LedgerSummary;
  checkSource: "file" | "split" | "none";
  /** There are check files, but none of their rows can be used. */
  checkEmptied: boolean;
  /** Rows beyond the first of each content that train or check. */
  duplicates: number;
  /** Training rows left out because they stand in the check files, too. */
  overlap: number;
  systemAdded: number;
  systemDiffers: number;
}
