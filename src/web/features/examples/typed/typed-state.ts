import { columns, isEmpty } from "./table-text.ts";
import type { Column, TypedRow } from "./table-text.ts";

/** A row with a name of its own, so that it keeps its place on the screen. */
export interface KeyedRow extends TypedRow {
  key: number;
}

export interface TypedState {
  rows: KeyedRow[];
  nextKey: number;
  past: KeyedRow[][];
  future: KeyedRow[][];
  /** The cell whose typing is one step of undoing. */
  typing: string | null;
}

export type TypedAction =
  | { type: "load"; rows: readonly TypedRow[] }
  | { type: "edit"; key: number; column: Column; text: string }
  | { type: "paste"; key: number; column: Column; cells: readonly (readonly string[])[] }
  | { type: "insert"; after: number }
  | { type: "remove"; key: number }
  | { type: "left" }
  | { type: "undo" }
  | { type: "redo" };

const mostSteps = 200;
const blank = { question: "", answer: "", system: "" };

export const emptyState: TypedState = withLast({
  rows: [],
  nextKey: 1,
  past: [],
  future: [],
  typing: null,
});

/** What a person does to their rows. There is always an empty last row to type into. */
export function typedReducer(state: TypedState, action: TypedAction): TypedState {
  const { rows } = state;
  switch (action.type) {
    case "load": {
      const loaded = action.rows.map((row, index) => ({ ...row, key: state.nextKey + index }));
      const nextKey = state.nextKey + loaded.length;
      return withLast({ rows: loaded, nextKey, past: [], future: [], typing: null });
    }
    case "edit": {
      const { key, column, text } = action;
      const cell = `${key} ${column}`;
      const edited = rows.map((row) => (row.key === key ? { ...row, [column]: text } : row));
      if (cell === state.typing) return withLast({ ...state, rows: edited, future: [] });
      return { ...step(state, edited), typing: cell };
    }
    case "paste":
      return paste(state, action);
    case "insert": {
      const at = rows.findIndex(({ key }) => key === action.after) + 1;
      const added = { ...blank, key: state.nextKey };
      const next = [...rows.slice(0, at), added, ...rows.slice(at)];
      return step({ ...state, nextKey: state.nextKey + 1 }, next);
    }
    case "remove":
      return step(
        state,
        rows.filter(({ key }) => key !== action.key),
      );
    case "left":
      return state.typing === null ? state : { ...state, typing: null };
    case "undo": {
      const before = state.past.at(-1);
      if (!before) return state;
      const past = state.past.slice(0, -1);
      return withLast({
        ...state,
        rows: before,
        past,
        future: [rows, ...state.future],
        typing: null,
      });
    }
    case "redo": {
      const [after, ...future] = state.future;
      if (!after) return state;
      return withLast({ ...state, rows: after, past: [...state.past, rows], future, typing: null });
    }
  }
}

/** Cells over what is there, from one cell on; rows that are not there yet are added. */
function paste(
  state: TypedState,
  { key, column, cells }: { key: number; column: Column; cells: readonly (readonly string[])[] },
): TypedState {
  const rows = [...state.rows];
  let { nextKey } = state;
  const top = rows.findIndex((row) => row.key === key);
  const left = columns.indexOf(column);
  for (const [down, texts] of cells.entries()) {
    const row = rows[top + down] ?? { ...blank, key: nextKey++ };
    const changed = { ...row };
    for (const [right, text] of texts.entries()) {
      const target = columns[left + right];
      if (target) changed[target] = text;
    }
    rows[top + down] = changed;
  }
  return step({ ...state, nextKey }, rows);
}

function step(state: TypedState, rows: KeyedRow[]): TypedState {
  const past = [...state.past, state.rows].slice(-mostSteps);
  return withLast({ ...state, rows, past, future: [], typing: null });
}

function withLast(state: TypedState): TypedState {
  const last = state.rows.at(-1);
  if (last && isEmpty(last)) return state;
  const rows = [...state.rows, { ...blank, key: state.nextKey }];
  return { ...state, rows, nextKey: state.nextKey + 1 };
}
