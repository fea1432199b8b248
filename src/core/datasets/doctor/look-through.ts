import { stat } from "node:fs/promises";
import { findingSentence } from "#contract/findings.ts";
import type { Finding, FindingRow, Severity } from "#contract/finding-report.ts";
import type { DataSource } from "../data-source.ts";
import { scanFile } from "../scan.ts";
import { unreadableReason } from "../unreadable.ts";
import type { ScannedRow } from "../scan.ts";
import { pairsOf } from "../find-near-pairs.ts";
import type { NearPairs } from "../find-near-pairs.ts";
import type { Following } from "../progress.ts";
import { release } from "../release.ts";
import { openSpillFile } from "../spill-file.ts";
import type { SpillFile } from "../spill-file.ts";
import { growingColumn, spilledColumn } from "./columns.ts";
import { maskSecrets } from "./detectors/mask.ts";
import { foundOverall } from "./found.ts";
import type { Found } from "./found.ts";
import { packPlaces } from "./places.ts";
import type { PackedPlaces, RowPlace } from "./places.ts";
import { startGroupFindings } from "./group-findings.ts";
import type { GroupFindings } from "./group-findings.ts";
import { startLanguageFindings } from "./language-findings.ts";
import { openLanguages } from "./languages.ts";
import type { Languages } from "./languages.ts";
import { startLengthSample } from "./length-sample.ts";
import type { LengthSample } from "./length-sample.ts";
import { startRowFindings } from "./row-findings.ts";
import type { DoctorSettings } from "./row-findings.ts";
import { lastPair } from "./seen-row.ts";
import type { SeenRow } from "./seen-row.ts";

export interface LookResult {
  rows: number;
  findings: LocatedFinding[];
  /** Which rows are nearly the same; of no use for a split where not all files train. */
  near: NearPairs;
}
/** A finding with the places of all its rows, of which the finding itself shows the first. */
export interface LocatedFinding {
  finding: Finding;
  /** Made when asked for: findings may be about all rows, and each place takes 12 bytes. */
  places: () => PackedPlaces;
}

export interface LookOptions extends DoctorSettings, Following {
  /** Findings that need more than the rows, such as the model's tokens. */
  more?: (sample: LengthSample, languages: Languages) => Promise<readonly Found[]>;
}

/** With fewer rows nothing can be held out to measure by. */
const fewestRows = 20;
const dependable = 100;
const excerptLength = 200;

/**
 * Looks through every row once for all kinds of faults, then compares the rows with each other.
 * Memory holds some 90 bytes per row; more of them lies in a file of the sources' `spill` folder.
 * Errors: as scanFile; disk_full; AbortError.
 */
export async function lookThrough(
  sources: readonly DataSource[],
  options: LookOptions,
): Promise<LookResult> {
  const unreadable = new Set<DataSource>();
  for (;;) {
    const broken: Broken = { unreadable };
    try {
      return await lookOnce(sources, options, broken);
    } catch (error) {
      const { source } = broken;
      // The ledger tells of a file that cannot be read; the others are looked through all the same.
      const isLast = unreadable.size === sources.length - 1;
      if (!source || isLast || !unreadableReason(error, source.name)) throw error;
      unreadable.add(source);
    }
  }
}

interface Broken {
  /** Takes the file that could not be read. */
  source?: DataSource;
  /** Passed over; they keep their numbers, by which places are stored. */
  unreadable: ReadonlySet<DataSource>;
}

async function lookOnce(
  sources: readonly DataSource[],
  options: LookOptions,
  broken: Broken,
): Promise<LookResult> {
  const folder = sources[0]?.spill;
  let file: SpillFile | undefined;
  const spill = (): SpillFile => (file ??= openSpillFile(folder));
  const groups = startGroupFindings({ folder, spill });
  try {
    return await lookWith(sources, options, { groups, spill, broken });
  } finally {
    groups.close();
    file?.close();
  }
}

interface Looking {
  groups: GroupFindings;
  spill: () => SpillFile;
  broken: Broken;
}

async function lookWith(
  sources: readonly DataSource[],
  options: LookOptions,
  { groups, spill, broken }: Looking,
): Promise<LookResult> {
  const { signal, onProgress, more } = options;
  const single = startRowFindings(options, spill);
  const known = await openLanguages();
  const languages = startLanguageFindings(known, spill);
  const sample = startLengthSample();
  const files = spilledColumn((length) => new Uint16Array(length), spill);
  const lines = spilledColumn((length) => new Uint32Array(length), spill);
  const fixedAway = growingColumn((length) => new Uint32Array(length));
  let rows = 0;
  let usable = 0;
  const total = await totalBytes(sources);
  let before = 0;
  for (const [number, source] of sources.entries()) {
    if (broken.unreadable.has(source)) continue;
    let within = 0;
    broken.source = source;
    const reading = {
      ...(signal && { signal }),
      onBytes: (done: number) => {
        within = done;
        onProgress?.(before + done, total, "read");
      },
    };
    for await (const scanned of scanFile(source.path, source, reading)) {
      signal?.throwIfAborted();
      for (const row of scanned) {
        if (isFixedAway(row)) {
          fixedAway.push(rows + fixedAway.values().length);
          continue;
        }
        const seen = toSeen(row);
        const check = sideOf(row, source) === "check";
        single.add(seen, rows);
        groups.add(seen, "hash" in row ? row.hash : undefined, check);
        languages.add(seen);
        if (more) sample.add(seen, rows);
        files.push(number);
        lines.push(row.line);
        rows += 1;
        if (!seen.reason && !check) usable += 1;
      }
    }
    before += within;
    delete broken.source;
  }
  const compared = (done: number, all: number): void => onProgress?.(done, all, "compare");
  const alike = await groups.finish({ ...(signal && { signal }), onProgress: compared });
  const near = pairsOf(alike.group, countingAll(fixedAway.values()));
  release(alike.group);
  const found = [
    ...single.finish(),
    ...alike.found,
    ...languages.finish(),
    ...((await more?.(sample, known)) ?? []),
  ];
  if (usable > 0 && usable < dependable) {
    const severity = usable < fewestRows ? "warning" : "note";
    found.push(foundOverall("too_few_rows", severity, { rows: usable, advised: dependable }));
  }
  found.sort(bySeverity);
  const [file, line] = [files.load(), lines.load()];
  const place = (row: number): RowPlace => ({ source: file[row] ?? 0, line: line[row] ?? 1 });
  const excerpts = await readExcerpts(sources, found, { place, ...(signal && { signal }) });
  const findings = found.map((one) => ({
    finding: toFinding(one, (row) => {
      const { source, line: at } = place(row);
      const excerpt = excerpts.get(placeKey(source, at)) ?? "";
      return { file: sources[source]?.name ?? "", line: at, excerpt };
    }),
    places: () => packPlaces(one, place),
  }));
  return { rows, findings, near };
}

/** A row's number with the rows counted that a fix left out, of which the look sees nothing. */
function countingAll(fixedAway: Uint32Array): (row: number) => number {
  if (fixedAway.length === 0) return (row) => row;
  return (row) => {
    let low = 0;
    let high = fixedAway.length;
    // The rows fixed away before it: those whose number, less their own place, is not beyond it.
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((fixedAway[middle] as number) - middle <= row) low = middle + 1;
      else high = middle;
    }
    return row + low;
  };
}

/** A row in the form that detectors take; what cannot be used has its reason and no messages. */
function toSeen(row: ScannedRow): SeenRow {
  if ("reason" in row) return { messages: [], text: "", reason: row.reason };
  const { messages, text = "", tools } = row;
  return { messages, text, reason: undefined, ...(tools && { tools }) };
}

/** The two sides of a row as one short text, with secrets out of sight. */
function excerptOf(row: ScannedRow): string {
  if ("reason" in row) return row.reason.message;
  const pair = lastPair(toSeen(row));
  const text = pair
    ? `${shorten(pair.question, excerptLength / 2)} → ${shorten(pair.answer, excerptLength)}`
    : shorten(row.text ?? row.messages.map(({ content }) => content).join(" → "), excerptLength);
  return maskSecrets(text);
}

const placeKey = (source: number, line: number): number => source * 2 ** 32 + line;

async function totalBytes(sources: readonly DataSource[]): Promise<number> {
  let bytes = 0;
  for (const { path } of sources) bytes += (await stat(path).catch(() => undefined))?.size ?? 0;
  return bytes;
}

const isFixedAway = (row: ScannedRow): boolean =>
  "reason" in row && row.reason.code === "row_fixed_away";

function sideOf(row: ScannedRow, source: DataSource): DataSource["role"] {
  return "side" in row && row.side !== undefined ? row.side : source.role;
}

/** Reads the shown rows again, and stops at the last of them. */
async function readExcerpts(
  sources: readonly DataSource[],
  found: readonly Found[],
  { place, signal }: { place: (row: number) => RowPlace; signal?: AbortSignal },
): Promise<Map<number, string>> {
  const wanted = new Set(
    found
      .flatMap(({ shown }) => shown)
      .map(({ row }) => {
        const { source, line } = place(row);
        return placeKey(source, line);
      }),
  );
  const excerpts = new Map<number, string>();
  for (const [number, source] of sources.entries()) {
    let left = [...wanted].filter((key) => Math.floor(key / 2 ** 32) === number).length;
    if (left === 0) continue;
    for await (const rows of scanFile(source.path, source, signal ? { signal } : {})) {
      signal?.throwIfAborted();
      for (const row of rows) {
        const key = placeKey(number, row.line);
        if (!wanted.has(key) || excerpts.has(key)) continue;
        excerpts.set(key, excerptOf(row));
        left -= 1;
      }
      if (left === 0) break;
    }
  }
  return excerpts;
}

function toFinding(
  { code, severity, params, fixes, rows, shown }: Found,
  locate: (row: number) => Pick<FindingRow, "file" | "line" | "excerpt">,
): Finding {
  return {
    code,
    severity,
    params,
    message: findingSentence(code, params),
    count: rows.length,
    rows: shown.map(({ row, group, found }) => ({ ...locate(row), group, found })),
    fixes,
  };
}

const severities: Severity[] = ["error", "warning", "note"];

function bySeverity(a: Found, b: Found): number {
  const order = severities.indexOf(a.severity) - severities.indexOf(b.severity);
  return order || b.rows.length - a.rows.length;
}

function shorten(text: string, length: number): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return line.length > length ? `${line.slice(0, length)}…` : line;
}
