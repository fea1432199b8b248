import { openChat } from "#core/api.ts";
import type { ChatSession, Workspace } from "#core/api.ts";

export interface ChatSessions {
  /** The session of a run, opened where there is none. It stays open as long as `use` works. */
  with<T>(project: string, run: string, use: (session: ChatSession) => Promise<T>): Promise<T>;
  /** Frees what a run's session holds, before its files go. */
  end(project: string, run: string): Promise<void>;
  close(): Promise<void>;
}

interface Entry {
  session: Promise<ChatSession>;
  users: number;
  usedAt: number;
  timer?: NodeJS.Timeout;
}

/** A loaded model answers at once, but holds its memory. */
const idleMs = 5 * 60_000;
const mostSessions = 2;

/** Keeps the models of the last chats loaded for a while. */
export function createChatSessions(ws: Workspace): ChatSessions {
  const entries = new Map<string, Entry>();

  async function drop(key: string): Promise<void> {
    const entry = entries.get(key);
    if (!entry) return;
    entries.delete(key);
    clearTimeout(entry.timer);
    await entry.session.then((session) => session.close()).catch(() => undefined);
  }

  async function makeRoom(): Promise<void> {
    const idle = [...entries]
      .filter(([, entry]) => entry.users === 0)
      .sort(([, a], [, b]) => a.usedAt - b.usedAt);
    const [oldest] = idle;
    if (entries.size >= mostSessions && oldest) await drop(oldest[0]);
  }

  async function open(key: string, project: string, run: string): Promise<Entry> {
    const known = entries.get(key);
    if (known) return known;
    await makeRoom();
    const entry: Entry = { session: openChat(ws, project, run), users: 0, usedAt: 0 };
    entries.set(key, entry);
    return entry;
  }

  return {
    async with(project, run, use) {
      const key = `${project}/${run}`;
      const entry = await open(key, project, run);
      entry.users += 1;
      clearTimeout(entry.timer);
      let failed = true;
      try {
        const result = await use(await entry.session);
        failed = false;
        return result;
      } finally {
        entry.users -= 1;
        entry.usedAt = performance.now();
        // A session that failed once may be broken: the next answer gets a new one.
        if (failed && entries.get(key) === entry) await drop(key);
        else if (entry.users === 0) {
          entry.timer = setTimeout(() => void drop(key), idleMs);
          entry.timer.unref();
        }
      }
    },
    end: (project, run) => drop(`${project}/${run}`),
    async close() {
      await Promise.all([...entries.keys()].map(drop));
    },
  };
}
