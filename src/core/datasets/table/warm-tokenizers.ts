import { startTokenizer } from "../../trainer/tokenizer-process.ts";
import type { TokenizerProcess, TokenSettings } from "../../trainer/tokenizer-process.ts";
import type { Workspace } from "../../workspace.ts";

/** Tokenizer processes that stay for a while after their last use. */
export interface WarmTokenizers {
  /** The process for these settings, which `key` stands for. Errors: engine_missing. */
  take: (key: string, settings: TokenSettings) => Promise<TokenizerProcess>;
  /** Forgets a process that failed, so that the next one is new. */
  drop: (key: string) => void;
  close: () => Promise<void>;
}

const idleMs = 60_000;
const most = 2;

export function keepTokenizersWarm(ws: Workspace): WarmTokenizers {
  interface Kept {
    process: Promise<TokenizerProcess>;
    timer: ReturnType<typeof setTimeout>;
  }
  const kept = new Map<string, Kept>();
  const closing = new Set<Promise<void>>();
  const drop = (key: string): void => {
    const found = kept.get(key);
    if (!found) return;
    kept.delete(key);
    clearTimeout(found.timer);
    const closed = found.process
      .then((process) => process.close())
      .catch(() => undefined)
      .finally(() => closing.delete(closed));
    closing.add(closed);
  };
  return {
    async take(key, settings) {
      const found = kept.get(key);
      if (found) {
        found.timer.refresh();
        return found.process;
      }
      for (const oldest of [...kept.keys()].slice(0, kept.size + 1 - most)) drop(oldest);
      const process = startTokenizer(ws, settings);
      const timer = setTimeout(() => drop(key), idleMs);
      timer.unref();
      kept.set(key, { process, timer });
      process.catch(() => drop(key));
      return process;
    },
    drop,
    async close() {
      for (const key of kept.keys()) drop(key);
      await Promise.all(closing);
    },
  };
}
