import { DatabaseSync } from "node:sqlite";
import { errorBodySchema } from "#contract/errors.ts";
import type { CountedRow } from "../../trainer/tokenizer-process.ts";

/** What a model makes of a conversation: its tokens, or why it cannot take it. */
export type TokenCount =
  | { tokens: number; supervised: number }
  | { error: Extract<CountedRow, { error: unknown }>["error"] };

/** Token counts by content under one model and its settings, kept in a file. */
export interface TokenCache {
  get: (hash: string) => TokenCount | undefined;
  put: (counts: readonly (readonly [hash: string, count: TokenCount])[]) => void;
  close: () => void;
}

/** Opens the file, or makes it; one that cannot be read is made anew by `remove`. */
export function openTokenCache(path: string): TokenCache {
  const database = new DatabaseSync(path);
  database.exec(
    "PRAGMA synchronous = OFF;" +
      "CREATE TABLE IF NOT EXISTS counts" +
      " (hash TEXT PRIMARY KEY, tokens INT, supervised INT, error TEXT) WITHOUT ROWID",
  );
  const read = database.prepare("SELECT tokens, supervised, error FROM counts WHERE hash = ?");
  const write = database.prepare("INSERT OR REPLACE INTO counts VALUES (?, ?, ?, ?)");
  return {
    get(hash) {
      const row = read.get(hash);
      if (!row) return undefined;
      const { tokens, supervised, error } = row;
      if (typeof error === "string") return { error: errorBodySchema.parse(JSON.parse(error)) };
      return { tokens: Number(tokens), supervised: Number(supervised) };
    },
    put(counts) {
      database.exec("BEGIN");
      for (const [hash, count] of counts) {
        if ("error" in count) write.run(hash, null, null, JSON.stringify(count.error));
        else write.run(hash, count.tokens, count.supervised, null);
      }
      database.exec("COMMIT");
    },
    close: () => database.close(),
  };
}
