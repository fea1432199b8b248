import { AppError } from "#contract/errors.ts";
import type { Project } from "#contract/project.ts";
import { rowError } from "../../runs/row-errors.ts";
import type { RowToRead, ShownRow } from "../../trainer/tokenizer-process.ts";
import type { Workspace } from "../../workspace.ts";
import { applyCut, findCuts } from "../cut.ts";
import type { Cut } from "../cut.ts";
import { rowId } from "../row-id.ts";
import type { OpenRows } from "./open-tables.ts";
import { readingOf } from "./row-counting.ts";
import type { RowStore } from "./row-store.ts";
import type { WarmTokenizers } from "./warm-tokenizers.ts";

/** Which rows are shown: some of a file, or of all of them. */
export interface PreviewPlace {
  file?: string;
  offset?: number;
  limit?: number;
}

const noCuts = { cuts: new Map<string, Cut>() };

/** Rows token by token as training feeds them; what of them goes where they are shortened is gone. */
export async function previewRows(
  ws: Workspace,
  tokenizers: WarmTokenizers,
  { project, table, store }: OpenRows,
  at: PreviewPlace,
): Promise<ShownRow[]> {
  const rows = conversations(project, store, at);
  if (rows.length === 0) return [];
  const reading = await readingOf(ws, project, store.placement().thinks);
  const { key, settings, shortens } = reading;
  try {
    const tokenizer = await tokenizers.take(key, settings);
    const { max_length: set } = project.trainingConfig;
    // Before all is counted an automatic limit is not known, and rows are shown whole.
    const limit = table.placed?.limit ?? (set ? reading.limit([]) : undefined);
    const { cuts } =
      shortens && limit !== undefined ? await findCuts(tokenizer, rows, limit) : noCuts;
    const left = rows.map((row) => {
      const cut = cuts.get(row.id);
      return cut ? applyCut(row, cut) : row;
    });
    const shown = await tokenizer.show(left);
    return shown.map((row) =>
      "error" in row ? { id: row.id, error: rowError(row.id, row.error) } : row,
    );
  } catch (error) {
    tokenizers.drop(key);
    throw error;
  }
}

/** The rows of a page that are conversations, with their ids. */
function conversations(
  project: Project,
  store: RowStore,
  { file, offset = 0, limit = 10 }: PreviewPlace,
): RowToRead[] {
  if (file !== undefined && !project.data.some(({ name }) => name === file)) {
    throw new AppError("not_found", { what: "data file", name: file });
  }
  const found =
    file === undefined
      ? store.slice(offset + 1, limit)
      : store.pick(store.numbersOf(file).subarray(offset, offset + limit));
  return found.flatMap(({ file: name, line, content }) =>
    content ? [{ id: rowId(name, line), ...content }] : [],
  );
}
