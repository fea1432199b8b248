import type { ErrorBody } from "#contract/errors.ts";
import type { Finding, FindingReport } from "#contract/finding-report.ts";
import type { DataSource } from "./data-source.ts";
import type { DoctorSettings } from "./doctor/row-findings.ts";
import type { NearPairs } from "./find-near-pairs.ts";
import type { Placement } from "./placement.ts";
import type { DataStep } from "./progress.ts";

/** The kinds of work that a thread does with rows: what it is told, and what comes of it. */
export interface DataWorks {
  /** Which rows of training files are nearly the same. */
  near: { work: { sources: DataSource[] }; result: NearPairs };
  /** The doctor's look at a project; its report is kept. */
  look: { work: { home: string; slug: string }; result: FindingReport };
  /** The doctor's look at files that belong to no project. */
  "look-files": {
    work: { sources: DataSource[]; settings: DoctorSettings };
    result: { findings: Finding[]; near: NearPairs };
  };
  /** Where every row goes. */
  place: {
    work: { sources: DataSource[]; seed: number; near: NearPairs | undefined };
    result: Placement;
  };
  /** A project's rows, read into a store. */
  store: { work: { path: string; sources: DataSource[]; seed: number }; result: null };
}
type Kind = keyof DataWorks;

export interface DataWork<K extends Kind = Kind> {
  kind: K;
  work: DataWorks[K]["work"];
}
export type DataReply<K extends Kind = Kind> =
  | { kind: "progress"; done: number; total: number; step: DataStep }
  | { kind: "result"; result: DataWorks[K]["result"] }
  | { kind: "failed"; error: ErrorBody };
