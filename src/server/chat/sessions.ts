import { openChat } from "#core/api.ts";
import type { ChatModel, ChatSession, Workspace } from "#core/api.ts";

/** A run, and which of its two models. */
export interface ChatSubject {
  project: string;
  run: string;
  model: ChatModel;
}

export interface ChatSessions {
  /** The session of a run, opened where there is none. It stays open as long as `use` works. */
  with<T>(subject: ChatSubject, use: (session: ChatSession) => Promise<T>): Promise<T>;
  /** Frees what a run's sessions hold, before its files go. */
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
/** The tuned model and its base. */
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

  async function open(key: string, { project, run, model }: ChatSubject): Promise<Entry> {
    const known = entries.get(key);
    if (known) return known;
    await makeRoom();
    const meanwhile = entries.get(key);
    if (meanwhile) return meanwhile;
    const session = openChat(ws, project, run, { model });
    const entry: Entry = { session, users: 0, usedAt: 0 };
    entries.set(key, entry);
    return entry;
  }

  return {
    async with(subject, use) {
      const key = keyOf(subject);
      const entry = await open(key, subject);
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
    async end(project, run) {
      for (const model of ["tuned", "base"] as const) await drop(keyOf({ project, run, model }));
    },
    async close() {
      await Promise.all([...entries.keys()].map(drop));
    },
  };
}

const keyOf = ({ project, run, model }: ChatSubject): string => `${project}/${run}/${model}`;
