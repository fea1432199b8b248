import { setImmediate as breathe } from "node:timers/promises";
import type { RowStore, StoredRow } from "./row-store.ts";

/** Which rows are looked at; absent = all. */
export interface RowFilter {
  use?: "train" | "check" | "left_out";
  /** A reason's code. */
  reason?: string;
  /** Text in any message, whatever its case. */
  search?: string;
}

const batch = 1000;

/** Numbers of the rows that a filter shows; undefined = all of them. */
export async function viewRows(
  store: RowStore,
  { use, reason, search = "" }: RowFilter,
): Promise<Uint32Array | undefined> {
  const chosen = reason || use ? store.numbers(use, reason) : undefined;
  const wanted = search.trim().toLowerCase();
  if (wanted === "") return chosen;
  const found: number[] = [];
  const size = chosen?.length ?? store.size;
  for (let index = 0; index < size; index += batch) {
    const rows = chosen
      ? store.pick(chosen.subarray(index, index + batch))
      : store.slice(index + 1, batch);
    for (const row of rows) if (holds(row, wanted)) found.push(row.number);
    // The server answers others in between.
    await breathe();
  }
  return Uint32Array.from(found);
}

function holds({ content, reason }: StoredRow, wanted: string): boolean {
  if (!content) return reason?.message.toLowerCase().includes(wanted) ?? false;
  const texts = [content.text ?? "", ...content.messages.map((message) => message.content)];
  return texts.some((text) => text.toLowerCase().includes(wanted));
}
