import type { FindingCode } from "#contract/findings.ts";
import { firstCopies, noRow } from "../first-copies.ts";
import type { RowKeys } from "../first-copies.ts";
import { release } from "../release.ts";
import type { SpillFile } from "../spill-file.ts";
import { flagged, growingColumn, hashText, spilledColumn } from "./columns.ts";
import type { SpilledColumn } from "./columns.ts";
import type { Found, ShownRow } from "./found.ts";
import { shownRows } from "./hit-list.ts";
import { startNearDuplicates } from "./near/near-duplicates.ts";
import type { FindOptions, NearDuplicates } from "./near/near-duplicates.ts";
import { plainText, taughtText } from "./seen-row.ts";
import type { SeenRow } from "./seen-row.ts";

/** What a row belongs with is only known when all are read; until then numbers stand for it. */
export interface GroupFindings {
  /** `hash` is the content's; `check` says that the row's file or column puts it into the check set. */
  add: (row: SeenRow, hash: string | undefined, check: boolean) => void;
  /** Also gives for each row the first of those that are nearly the same. */
  finish: (options?: FindOptions) => Promise<{ found: Found[]; group: Uint32Array<ArrayBuffer> }>;
  close: () => void;
}

/** Where numbers lie that memory cannot hold. */
export interface GroupStore {
  folder?: string | undefined;
  spill: () => SpillFile;
}

/** Duplicates, near-duplicates, both across the two sets, and questions with different answers. */
export function startGroupFindings({ folder, spill }: GroupStore): GroupFindings {
  const contents = startKeys(spill);
  const questions = startKeys(spill);
  const answers = spilledColumn((length) => new Float64Array(length), spill);
  const checks = growingColumn((length) => new Uint8Array(length));
  /** Rows whose answer is most of them: if they are nearly the same, so are their answers. */
  const mostlyAnswer = growingColumn((length) => new Uint8Array(length));
  const near = startNearDuplicates(folder);
  return {
    add: (row, hash, check) => {
      const exchange = splitAnswer(row);
      contents.push(hash === undefined ? undefined : halves(hash));
      questions.push(exchange && numberHalves(hashText(exchange.question)));
      answers.push(exchange ? hashText(exchange.answer) : 0);
      checks.push(Number(check));
      mostlyAnswer.push(Number(exchange && exchange.answer.length * 2 > exchange.question.length));
      near.add(row.reason ? "" : taughtText(row));
    },
    finish: async (options) => {
      const pairs = await near.find(options);
      const isCheck = checks.values();
      const same = sameContent(contents, pairs, isCheck);
      release(pairs.earlier, pairs.percent);
      const differing = conflicts(questions, answers, {
        near: pairs.group,
        mostlyAnswer: mostlyAnswer.values(),
      });
      return { found: [...same, ...differing], group: pairs.group };
    },
    close: () => near.close(),
  };
}

type Halves = readonly [low: number, high: number];

const halves = (hash: string): Halves => [
  Number.parseInt(hash.slice(0, 8), 16),
  Number.parseInt(hash.slice(8, 16), 16),
];
const numberHalves = (value: number): Halves => [value >>> 0, Math.floor(value / 2 ** 32)];

/** Keys of rows, of which some have none. */
function startKeys(spill: () => SpillFile): {
  push: (key: Halves | undefined) => void;
  load: () => RowKeys & { counts: Uint8Array<ArrayBuffer> };
} {
  const lows = spilledColumn((length) => new Uint32Array(length), spill);
  const highs = spilledColumn((length) => new Uint32Array(length), spill);
  const counts = spilledColumn((length) => new Uint8Array(length), spill);
  return {
    push: (key) => {
      lows.push(key?.[0] ?? 0);
      highs.push(key?.[1] ?? 0);
      counts.push(Number(key !== undefined));
    },
    load: () => ({ lows: lows.load(), highs: highs.load(), counts: counts.load() }),
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

/** Rows that stand there twice, word for word or nearly, in one set or across both. */
function sameContent(
  contents: ReturnType<typeof startKeys>,
  near: NearDuplicates,
  isCheck: Uint8Array,
): Found[] {
  const { counts, ...keys } = contents.load();
  const first = firstCopies(keys, counts);
  const across = isCheck.includes(1) ? overlaps(first, near, isCheck) : [];
  const found = [
    ...across,
    ...repeats(keys, counts, { first, isCheck }),
    ...similar(first, near, isCheck),
  ];
  release(keys.lows, keys.highs, counts, first);
  return found;
}

/** Training rows that stand in the check set, too, word for word or nearly. */
function overlaps(first: Uint32Array, near: NearDuplicates, isCheck: Uint8Array): Found[] {
  const shown: ShownRow[] = [];
  const rows = new Uint8Array(first.length);
  const add = (train: number, check: number, found: string): void => {
    if (rows[train] === 1) return;
    rows[train] = 1;
    show(shown, check, check, null);
    show(shown, train, check, found);
  };
  // The first row of each content that checks, at the first row of that content.
  const firstCheck = new Uint32Array(first.length).fill(noRow);
  for (let row = first.length - 1; row >= 0; row -= 1) {
    const content = first[row] as number;
    if (content !== noRow && isCheck[row] === 1) firstCheck[content] = row;
  }
  for (let row = 0; row < first.length; row += 1) {
    const content = first[row] as number;
    if (content === noRow || isCheck[row] === 1) continue;
    const check = firstCheck[content] as number;
    if (check !== noRow) add(row, check, "100 %");
  }
  near.earlier.forEach((other, row) => {
    if (other < 0 || isCheck[other] === isCheck[row]) return;
    const [train, check] = isCheck[row] === 1 ? [other, row] : [row, other];
    add(train, check, `${near.percent[row]} %`);
  });
  return grouped("check_overlap", "error", rows, shown);
}

/** Copies within the training set, and within the check set. */
function repeats(
  keys: RowKeys,
  counts: Uint8Array,
  { first, isCheck }: { first: Uint32Array; isCheck: Uint8Array },
): Found[] {
  const rows = new Uint8Array(first.length);
  const shown: ShownRow[] = [];
  const add = (own: Uint32Array): void => {
    for (let row = 0; row < own.length; row += 1) {
      const original = own[row] as number;
      if (original === noRow || original === row) continue;
      rows[row] = 1;
      show(shown, original, original, null);
      show(shown, row, original, null);
    }
  };
  if (isCheck.includes(1)) {
    for (const side of [0, 1]) {
      add(
        firstCopies(
          keys,
          counts.map((count, row) => Number(count === 1 && isCheck[row] === side)),
        ),
      );
    }
  } else add(first);
  return grouped("exact_duplicate", "warning", rows, shown);
}

function similar(first: Uint32Array, near: NearDuplicates, isCheck: Uint8Array): Found[] {
  const rows = new Uint8Array(first.length);
  const shown: ShownRow[] = [];
  near.earlier.forEach((other, row) => {
    const isCopy = first[row] !== noRow && first[row] !== row;
    if (other < 0 || isCheck[other] !== isCheck[row] || isCopy) return;
    rows[row] = 1;
    show(shown, other, other, null);
    show(shown, row, other, `${near.percent[row]} %`);
  });
  return grouped("near_duplicate", "warning", rows, shown);
}

/** Answers count as the same where their rows are nearly the same and consist of the answer mostly. */
function conflicts(
  questions: ReturnType<typeof startKeys>,
  answersOfRows: SpilledColumn<Float64Array<ArrayBuffer>>,
  { near, mostlyAnswer }: { near: Uint32Array; mostlyAnswer: Uint8Array },
): Found[] {
  const { counts, ...keys } = questions.load();
  const asked = firstCopies(keys, counts);
  release(keys.lows, keys.highs, counts);
  const answers = answersOfRows.load();
  const isSame = (row: number, other: number): boolean => {
    if (mostlyAnswer[row] !== mostlyAnswer[other]) return false;
    return mostlyAnswer[row] === 1 ? near[row] === near[other] : answers[row] === answers[other];
  };
  // At the first row of each question, whether its answers differ, and whether their texts do.
  const differ = new Uint8Array(asked.length);
  asked.forEach((first, row) => {
    if (first === noRow || first === row) return;
    const text = Number(answers[row] !== answers[first]);
    differ[first] = (differ[first] as number) | text | (isSame(row, first) ? 0 : 2);
  });
  const rows = new Uint8Array(asked.length);
  const firsts = new Uint8Array(asked.length);
  const shown: ShownRow[] = [];
  let questionCount = 0;
  asked.forEach((first, row) => {
    if (first === noRow || differ[first] !== 3) return;
    rows[row] = 1;
    if (first === row) {
      firsts[row] = 1;
      questionCount += 1;
    }
    show(shown, row, first, null);
  });
  release(asked, answers, differ);
  const found = grouped("conflicting_answers", "warning", rows, shown, {
    questions: questionCount,
  });
  return found.map((one) => ({ ...one, firsts }));
}

function show(shown: ShownRow[], row: number, group: number, found: string | null): void {
  if (shown.length < shownRows * 2) shown.push({ row, group, found });
}

function grouped(
  code: FindingCode,
  severity: Found["severity"],
  flags: Uint8Array,
  shown: ShownRow[],
  params: Record<string, number> = {},
): Found[] {
  const rows = flagged(flags);
  if (rows.length === 0) return [];
  const unique = new Map(shown.map((entry) => [`${entry.group} ${entry.row}`, entry]));
  const ordered = [...unique.values()].sort(
    (a, b) => (a.group ?? 0) - (b.group ?? 0) || a.row - b.row,
  );
  return [
    {
      code,
      severity,
      params: { rows: rows.length, ...params },
      fixes: code === "check_overlap" ? ["leave_out"] : ["keep_first", "leave_out"],
      rows,
      shown: ordered.slice(0, shownRows),
    },
  ];
}
