import { expect, test } from "vitest";
import { fromLines, parseCells, toLines } from "./table-text.ts";
import type { TypedRow } from "./table-text.ts";
import { emptyState, typedReducer } from "./typed-state.ts";
import type { TypedAction, TypedState } from "./typed-state.ts";

const row = (question: string, answer = "", system = ""): TypedRow => ({
  question,
  answer,
  system,
});
const texts = ({ rows }: TypedState) =>
  rows.map(({ question, answer, system }) => [question, answer, system]);
const after = (...actions: TypedAction[]) => actions.reduce(typedReducer, emptyState);
const key = (state: TypedState, index: number) => state.rows[index]?.key ?? -1;

test.each([
  ["a\tb\nc\td\n", ["a b", "c d"]],
  ["a\tb\r\nc\td", ["a b", "c d"]],
  ['"a\nb"\t"c ""d"""', ['a\nb c "d"']],
  ["Question\tAnswer\na\tb", ["a b"]],
  ["Frage\tAntwort\tSystem\na\tb\tc", ["a b c"]],
  ["Question one?\tAnswer\na\tb", ["Question one? Answer", "a b"]],
  ['He said "no"\tb', ['He said "no" b']],
  ['"Open\tb\nc\td', ['"Open b', "c d"]],
  ["\t\n\na\tb", ["a b"]],
  ["", []],
])("%j is read as a spreadsheet gives it", (text, rows) => {
  expect(parseCells(text).map((cells) => cells.join(" "))).toEqual(rows);
});

test("rows come back from their lines, and other rows are not touched", () => {
  const rows = [row("Wie?", 'So: "ä"\n\t😀'), row("Only asked"), row("", "", "Brief.")];
  expect(fromLines(toLines([...rows, row(" ")]))).toEqual(rows);
  expect(toLines([row("a", "b")])).toBe('{"prompt":"a","completion":"b"}\n');
  for (const line of [
    '{"prompt":"a"}',
    '{"prompt":"a","completion":1}',
    '{"prompt":"a","completion":"b","id":1}',
    '["a"]',
    "null",
    '{"prompt"',
  ]) {
    expect(fromLines(`${line}\n`), line).toBeUndefined();
  }
});

test("pasting fills cells from where the cursor is, and adds rows", () => {
  const start = after({ type: "load", rows: [row("a", "b"), row("c", "d")] });
  const cells = [["X"], ["Y", "Z"], ["new", "row", "sys", "beyond"]];
  const pasted = typedReducer(start, {
    type: "paste",
    key: key(start, 1),
    column: "answer",
    cells,
  });
  expect(texts(pasted)).toEqual([
    ["a", "b", ""],
    ["c", "X", ""],
    ["", "Y", "Z"],
    ["", "new", "row"],
    ["", "", ""],
  ]);
  expect(new Set(pasted.rows.map((one) => one.key)).size).toBe(5);
  expect(texts(typedReducer(pasted, { type: "undo" }))).toEqual(texts(start));
});

test("typing in one cell is undone as one step, and done again", () => {
  const first = key(emptyState, 0);
  const edit = (text: string, column: "question" | "answer" = "question"): TypedAction => ({
    type: "edit",
    key: first,
    column,
    text,
  });
  const typed = after(edit("H"), edit("Hi"), edit("A", "answer"), { type: "left" });
  expect(texts(typed)).toEqual([
    ["Hi", "A", ""],
    ["", "", ""],
  ]);
  const once = typedReducer(typed, { type: "undo" });
  expect(texts(once)[0]).toEqual(["Hi", "", ""]);
  expect(texts(typedReducer(once, { type: "undo" }))).toEqual([["", "", ""]]);
  expect(texts(typedReducer(once, { type: "redo" }))[0]).toEqual(["Hi", "A", ""]);
  expect(typedReducer(emptyState, { type: "undo" })).toBe(emptyState);
});

test("rows are put in between and taken out, and there is always one to type into", () => {
  const start = after({ type: "load", rows: [row("a"), row("b")] });
  const inserted = typedReducer(start, { type: "insert", after: key(start, 0) });
  expect(texts(inserted).map(([question]) => question)).toEqual(["a", "", "b", ""]);
  let state = start;
  for (let left = 0; left < 3; left++) {
    state = typedReducer(state, { type: "remove", key: key(state, 0) });
  }
  expect(texts(state)).toEqual([["", "", ""]]);
});
