import type { Conversation, LedgerEntry } from "#contract/dataset.ts";
import { AppError } from "#contract/errors.ts";
import type { ErrorBody } from "#contract/errors.ts";
import { rowError } from "../runs/row-errors.ts";
import type { RowToRead, TokenizerProcess } from "../trainer/tokenizer-process.ts";

/** What goes of a row that was too long, and its tokens before and after, and those learned then. */
export interface Cut {
  before: number;
  tokens: number;
  supervised: number;
  /** How many messages behind the system turn go. */
  messages: number;
  /** What remains of the first message that is left, or of a text; null = all of it. */
  text: string | null;
}

/** What is left of a conversation. */
export function applyCut<T extends Conversation>(row: T, cut: Cut): T {
  if (row.text !== undefined) return { ...row, text: cut.text ?? row.text };
  const head = row.messages[0]?.role === "system" ? 1 : 0;
  const [first, ...rest] = row.messages.slice(head + cut.messages);
  if (!first) return row;
  const begin = cut.text === null ? first : { ...first, content: cut.text };
  return { ...row, messages: [...row.messages.slice(0, head), begin, ...rest] };
}

/** A ledger entry that says from what to what the row was shortened. */
export function withCut(entry: LedgerEntry, { before, tokens, messages, text }: Cut): LedgerEntry {
  const { file, line } = entry;
  const reason =
    text === null
      ? new AppError("row_shortened_turns", { file, line, before, tokens, messages })
      : new AppError("row_shortened_start", { file, line, before, tokens });
  return { ...entry, shortened: true, reason: reason.toBody() };
}

const batch = 200;

/** What goes of rows so that each has at most `limit` tokens, and which cannot be shortened, by id. */
export async function findCuts(
  tokenizer: TokenizerProcess,
  rows: readonly RowToRead[],
  limit: number,
): Promise<{ cuts: Map<string, Cut>; refused: Map<string, ErrorBody> }> {
  const cuts = new Map<string, Cut>();
  const refused = new Map<string, ErrorBody>();
  for (let start = 0; start < rows.length; start += batch) {
    for (const found of await tokenizer.shorten(rows.slice(start, start + batch), limit)) {
      if ("error" in found) refused.set(found.id, rowError(found.id, found.error));
      else if (found.tokens < found.before) {
        const { id, ...cut } = found;
        cuts.set(id, cut);
      }
    }
  }
  return { cuts, refused };
}
