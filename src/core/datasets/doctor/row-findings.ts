import type { Severity } from "#contract/finding-report.ts";
import type { FindingCode, FixCode } from "#contract/findings.ts";
import type { SpillFile } from "../spill-file.ts";
import { spilledColumn } from "./columns.ts";
import { findCopy } from "./detectors/copied-answer.ts";
import { findCutOff } from "./detectors/cut-off.ts";
import { hint } from "./detectors/mask.ts";
import { findPersonal } from "./detectors/personal-data.ts";
import { findPlaceholder } from "./detectors/placeholder.ts";
import { findRefusal } from "./detectors/refusal.ts";
import { findRoleOrder } from "./detectors/role-order.ts";
import { findSecrets } from "./detectors/secrets.ts";
import { findSpecialToken } from "./detectors/special-token.ts";
import { findStop } from "./detectors/stop-text.ts";
import { findThinking, findToolTrace } from "./detectors/traces.ts";
import { fromHits, fromRows } from "./found-in-rows.ts";
import type { Found } from "./found.ts";
import { startHits } from "./hit-list.ts";
import type { Hits } from "./hit-list.ts";
import { taughtText } from "./seen-row.ts";
import type { Hit, SeenRow } from "./seen-row.ts";
import { startToolFindings } from "./tool-findings.ts";
import type { TemplateTools } from "./tool-findings.ts";

export interface DoctorSettings {
  /** Texts at which Ollama ends an answer. */
  stop: readonly string[];
  /** Control tokens of the model at hand, beside the common ones. */
  tokens: readonly string[];
  /** What the model's template does with tools; absent where the model is not known. */
  tools?: TemplateTools | undefined;
}

/** The larger part sets the way of the data; the smaller is what differs from it. */
const half = 0.5;
/** Here what is done everywhere is what the data is for: corrections copy, stories break off. */
const often = 0.2;
/** Below this share of all, a share says nothing. */
const fewRows = 20;

interface RowDetector {
  code: FindingCode;
  severity: Severity;
  fixes: FixCode[];
  find: (row: SeenRow, settings: DoctorSettings) => Hit | undefined;
  /** The share from which on it is no fault of rows. */
  common?: number;
}

const detectors: readonly RowDetector[] = [
  { code: "placeholder_answer", severity: "error", fixes: ["leave_out"], find: findPlaceholder },
  { code: "refusal", severity: "warning", fixes: ["leave_out"], find: findRefusal },
  {
    code: "role_order",
    severity: "error",
    fixes: ["leave_out", "merge_turns"],
    find: findRoleOrder,
  },
  {
    code: "special_token",
    severity: "error",
    fixes: ["remove_tokens", "leave_out"],
    find: (row, { tokens }) => findSpecialToken(row, tokens),
  },
  {
    code: "stop_in_answer",
    severity: "error",
    fixes: ["cut_at_stop", "leave_out"],
    find: (row, { stop }) => findStop(row, stop),
  },
  { code: "secret", severity: "error", fixes: ["mask", "leave_out"], find: findSecret },
  {
    code: "copied_answer",
    severity: "warning",
    fixes: ["leave_out"],
    find: findCopy,
    common: often,
  },
  {
    code: "cut_off_answer",
    severity: "note",
    fixes: ["leave_out"],
    find: findCutOff,
    common: often,
  },
];

/** Everything that shows in a row alone. */
export function startRowFindings(
  settings: DoctorSettings,
  spill: () => SpillFile,
): {
  add: (row: SeenRow, number: number) => void;
  finish: () => Found[];
} {
  const hits = startHits();
  const tools = startToolFindings(settings.tools);
  const kinds = new Set<string>();
  const silent = spilledColumn((length) => new Uint32Array(length), spill);
  let usable = 0;
  const personal = (row: SeenRow): Hit | undefined => {
    const text = taughtText(row);
    const [first, ...more] = findPersonal(text);
    if (!first) return undefined;
    for (const { kind } of [first, ...more]) kinds.add(kind);
    return { found: text.slice(first.start, first.end) };
  };
  return {
    add: (row, number) => {
      for (const { code, find } of detectors) hits.add(code, number, find(row, settings));
      if (row.reason) return;
      usable += 1;
      tools.add(row, number);
      const thinking = findThinking(row);
      hits.add("thinking_in_some", number, thinking);
      if (!thinking) silent.push(number);
      hits.add("tools_in_some", number, findToolTrace(row));
      hits.add("personal_data", number, personal(row));
    },
    finish: () => {
      const found = detectors.flatMap(({ code, severity, fixes, common = 1 }) => {
        const own = hits.of(code);
        if (!own || isCommon(own, usable, common)) return [];
        return fromHits(code, own, { severity, fixes });
      });
      const named = hits.of("personal_data");
      if (named) {
        const params = { kinds: [...kinds].sort().join(", ") };
        const about = { severity: "warning", fixes: ["mask", "leave_out"] } as const;
        found.push(fromHits("personal_data", named, about, params));
      }
      return [...found, ...tools.finish(), ...traces(hits, () => silent.load(), usable)];
    },
  };
}

/** Thinking aloud and tool calls teach well in all rows and badly in some; the fewer are shown. */
function traces(
  hits: ReturnType<typeof startHits>,
  loadSilent: () => Uint32Array,
  usable: number,
): Found[] {
  const found: Found[] = [];
  const thinking = hits.of("thinking_in_some");
  const params = { all: usable };
  const silent = thinking ? loadSilent() : new Uint32Array();
  if (thinking && silent.length > 0) {
    const rows = thinking.rows.values();
    const about = { severity: "warning" as const, fixes: ["remove_traces", "leave_out"] as const };
    found.push(
      rows.length <= usable * half
        ? fromHits("thinking_in_some", thinking, about, params)
        : fromRows("thinking_in_some", silent, { ...about, fixes: ["leave_out"] }, params),
    );
  }
  const tools = hits.of("tools_in_some");
  if (tools && !isCommon(tools, usable, half)) {
    found.push(
      fromHits("tools_in_some", tools, { severity: "warning", fixes: ["leave_out"] }, params),
    );
  }
  return found;
}

const isCommon = ({ rows }: Hits, usable: number, share: number): boolean =>
  usable >= fewRows && rows.values().length > usable * share;

/** Secrets are shown by their first letters alone. */
function findSecret(row: SeenRow): Hit | undefined {
  const text = taughtText(row);
  const [first] = findSecrets(text);
  return first && { found: hint(text.slice(first.start, first.end)) };
}
