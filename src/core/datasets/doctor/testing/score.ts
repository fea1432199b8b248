import type { FindingCode } from "#contract/findings.ts";
import type { FaultKind } from "./planted/faults.ts";
import type { PlantedRows } from "./planted/planted-rows.ts";
import type { LookResult } from "../look-through.ts";
import { unpackPlaces } from "../places.ts";

/** Findings that name a fault of each kind rightly. */
const names: Record<FaultKind, readonly FindingCode[]> = {
  placeholder_answer: ["placeholder_answer"],
  refusal: ["refusal"],
  exact_duplicate: ["exact_duplicate"],
  near_duplicate: ["near_duplicate"],
  conflicting_answers: ["conflicting_answers"],
  role_order: ["role_order"],
  special_token: ["special_token"],
  trace_in_some: ["thinking_in_some", "tools_in_some"],
  other_language: ["other_language"],
  stop_in_answer: ["stop_in_answer"],
  personal_data: ["personal_data", "secret"],
  copied_answer: ["copied_answer"],
};
/** Whose fault it is cannot be said of two equal rows: the later one is named, whichever it is. */
const either: ReadonlySet<FaultKind> = new Set(["exact_duplicate", "near_duplicate"]);

export interface Score {
  faults: number;
  found: number;
  /** Faults that no fitting finding names. */
  missed: { kind: FaultKind; line: number }[];
  cleanRows: number;
  /** Sound rows that some finding names; not those that a fault belongs to. */
  falseAlarms: { code: FindingCode; line: number }[];
}

/** Compares what was found in planted rows, one file of them, with what was planted. */
export function scoreFindings({ rows, faults }: PlantedRows, { findings }: LookResult): Score {
  const lines = new Map(
    findings.map(({ finding, places }) => [
      finding.code,
      new Set([...unpackPlaces(places())].map(({ line }) => line)),
    ]),
  );
  const isFound = ({ kind, line, partner }: PlantedRows["faults"][number]): boolean =>
    names[kind].some((code) => {
      const named = lines.get(code);
      return named?.has(line) || (either.has(kind) && partner !== null && named?.has(partner));
    });
  const missed = faults.filter((fault) => !isFound(fault));
  const spoiled = new Set(faults.flatMap(({ line, partner }) => [line, partner ?? line]));
  const alarms = new Map<number, FindingCode>();
  for (const [code, named] of lines) {
    for (const line of named) if (!spoiled.has(line)) alarms.set(line, code);
  }
  return {
    faults: faults.length,
    found: faults.length - missed.length,
    missed: missed.map(({ kind, line }) => ({ kind, line })),
    cleanRows: rows.length - spoiled.size,
    falseAlarms: [...alarms].map(([line, code]) => ({ code, line })),
  };
}
