import type { FindingCode } from "#contract/findings.ts";
import { groupEqual, growingColumn, hashText } from "./columns.ts";
import type { Found, ShownRow } from "./found.ts";
import { shownRows } from "./hit-list.ts";
import { startNearDuplicates } from "./near/near-duplicates.ts";
import type { NearDuplicates } from "./near/near-duplicates.ts";
import { plainText, taughtText } from "./seen-row.ts";
import type { SeenRow } from "./seen-row.ts";

/** What a row belongs with is only known when all are read; until then numbers stand for it. */
export interface GroupFindings {
  /** `hash` is the content's; `check` says that the row's file or column puts it into the check set. */
  add: (row: SeenRow, hash: string | undefined, check: boolean) => void;
  finish: (signal?: AbortSignal) => Promise<Found[]>;
}

/** Digits of a content hash that fit into a number exactly. */
const hashDigits = 13;

/** Duplicates, near-duplicates, both across the two sets, and questions with different answers. */
export function startGroupFindings(): GroupFindings {
  const contents = growingColumn((length) => new Float64Array(length));
  const questions = growingColumn((length) => new Float64Array(length));
  const answers = growingColumn((length) => new Float64Array(length));
  const checks = growingColumn((length) => new Uint8Array(length));
  /** Rows whose answer is most of them: if they are nearly the same, so are their answers. */
  const mostlyAnswer = growingColumn((length) => new Uint8Array(length));
  const near = startNearDuplicates();
  return {
    add: (row, hash, check) => {
      const exchange = splitAnswer(row);
      contents.push(hash === undefined ? NaN : Number.parseInt(hash.slice(0, hashDigits), 16));
      questions.push(exchange ? hashText(exchange.question) : NaN);
      answers.push(exchange ? hashText(exchange.answer) : NaN);
      checks.push(Number(check));
      mostlyAnswer.push(Number(exchange && exchange.answer.length * 2 > exchange.question.length));
      near.add(row.reason ? "" : taughtText(row));
    },
    finish: async (signal) => {
      const pairs = await near.find(signal);
      const exact = groupEqual(contents.values());
      const isCheck = checks.values();
      return [
        ...overlaps(exact, pairs, isCheck),
        ...repeats(exact, isCheck),
        ...similar(exact, pairs, isCheck),
        ...conflicts(groupEqual(questions.values()), answers.values(), {
          near: pairs.group,
          mostlyAnswer: mostlyAnswer.values(),
        }),
      ];
    },
  };
}

/** Everything before the last answer, and that answer, without what changes no meaning. */
function splitAnswer({ messages }: SeenRow): { question: string; answer: string } | undefined {
  const last = messages.at(-1);
  if (last?.role !== "assistant") return undefined;
  const before = messages.slice(0, -1).map(({ role, content }) => `${role} ${plainText(content)}`);
  return before.length === 0
    ? undefined
    : { question: before.join("\n"), answer: plainText(last.content) };
}

/** Training rows that stand in the check set, too, word for word or nearly. */
function overlaps(exact: readonly number[][], near: NearDuplicates, isCheck: Uint8Array): Found[] {
  const shown: ShownRow[] = [];
  const rows = new Set<number>();
  const add = (train: number, check: number, found: string | null): void => {
    if (rows.has(train)) return;
    rows.add(train);
    shown.push({ row: check, group: check, found: null }, { row: train, group: check, found });
  };
  for (const group of exact) {
    const check = group.find((row) => isCheck[row] === 1);
    if (check === undefined) continue;
    for (const row of group) if (isCheck[row] === 0) add(row, check, "100 %");
  }
  near.earlier.forEach((other, row) => {
    if (other < 0 || isCheck[other] === isCheck[row]) return;
    const [train, check] = isCheck[row] === 1 ? [other, row] : [row, other];
    add(train, check, `${near.percent[row]} %`);
  });
  return grouped("check_overlap", "error", rows, shown);
}

function repeats(exact: readonly number[][], isCheck: Uint8Array): Found[] {
  const rows = new Set<number>();
  const shown: ShownRow[] = [];
  for (const all of exact) {
    for (const side of [0, 1]) {
      const [first, ...later] = all.filter((row) => isCheck[row] === side);
      if (first === undefined || later.length === 0) continue;
      show(shown, first, first, null);
      for (const row of later) {
        rows.add(row);
        show(shown, row, first, null);
      }
    }
  }
  return grouped("exact_duplicate", "warning", rows, shown);
}

function similar(exact: readonly number[][], near: NearDuplicates, isCheck: Uint8Array): Found[] {
  const repeated = new Set(exact.flatMap((group) => group.slice(1)));
  const rows = new Set<number>();
  const shown: ShownRow[] = [];
  near.earlier.forEach((other, row) => {
    if (other < 0 || isCheck[other] !== isCheck[row] || repeated.has(row)) return;
    rows.add(row);
    show(shown, other, other, null);
    show(shown, row, other, `${near.percent[row]} %`);
  });
  return grouped("near_duplicate", "warning", rows, shown);
}

/** Answers count as the same where their rows are nearly the same and consist of the answer mostly. */
function conflicts(
  sameQuestion: readonly number[][],
  answers: Float64Array,
  { near, mostlyAnswer }: { near: Uint32Array; mostlyAnswer: Uint8Array },
): Found[] {
  const rows = new Set<number>();
  const shown: ShownRow[] = [];
  const firsts = new Set<number>();
  let questions = 0;
  for (const group of sameQuestion) {
    const different = new Map<string, number>();
    for (const row of group) {
      const answer = mostlyAnswer[row] === 1 ? `near ${near[row]}` : `exact ${answers[row]}`;
      if (!different.has(answer)) different.set(answer, row);
    }
    const texts = new Set(group.map((row) => answers[row]));
    if (different.size < 2 || texts.size < 2) continue;
    questions += 1;
    const [first = 0] = group;
    firsts.add(first);
    for (const row of group) {
      rows.add(row);
      show(shown, row, first, null);
    }
  }
  const found = grouped("conflicting_answers", "warning", rows, shown, { questions });
  return found.map((one) => ({ ...one, firsts }));
}

function show(shown: ShownRow[], row: number, group: number, found: string | null): void {
  if (shown.length < shownRows * 2) shown.push({ row, group, found });
}

function grouped(
  code: FindingCode,
  severity: Found["severity"],
  rows: ReadonlySet<number>,
  shown: ShownRow[],
  params: Record<string, number> = {},
): Found[] {
  if (rows.size === 0) return [];
  const unique = new Map(shown.map((entry) => [`${entry.group} ${entry.row}`, entry]));
  const ordered = [...unique.values()].sort(
    (a, b) => (a.group ?? 0) - (b.group ?? 0) || a.row - b.row,
  );
  return [
    {
      code,
      severity,
      params: { rows: rows.size, ...params },
      fixes: code === "check_overlap" ? ["leave_out"] : ["keep_first", "leave_out"],
      rows: Uint32Array.from(rows).sort(),
      shown: ordered.slice(0, shownRows),
    },
  ];
}
