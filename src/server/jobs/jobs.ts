import { AppError, toErrorBody } from "#contract/errors.ts";
import type { Job } from "#contract/routes/jobs.ts";

export type JobProgress = Partial<Pick<Job, "step" | "note" | "done" | "total" | "unit" | "rate">>;
/** What a job does. Its result is kept with the job; what it throws becomes its error. */
export type JobWork = (
  onProgress: (progress: JobProgress) => void,
  signal: AbortSignal,
) => Promise<Record<string, unknown> | null>;

/** There is at most one job of a kind on the same subject at a time. */
export type JobSubject = Pick<Job, "kind" | "project" | "run"> & { subject?: string };

export interface Jobs {
  /** Starts `work`, or returns the job of the same kind and subject that is going on already. */
  start(subject: JobSubject, work: JobWork): Job;
  list(): Job[];
  /** Errors: not_found. */
  read(id: string): Job;
  /** Errors: not_found. */
  cancel(id: string): Job;
  /** As `cancel`, and waits for its end. Errors: not_found. */
  stop(id: string): Promise<void>;
  /** Stops everything and waits for its end. */
  close(): Promise<void>;
}

interface Entry {
  job: Job;
  abort: AbortController;
  end: Promise<void>;
}

const kept = 50;
/** Progress comes with every chunk of a download; eyes need less. */
const tellEveryMs = 200;

/** Long work of the server that belongs to no run. It ends with the server. */
export function createJobs(onChange: (job: Job) => void, log: (text: string) => void): Jobs {
  const entries = new Map<string, Entry>();
  let count = 0;

  function change(entry: Entry, changes: Partial<Job>): void {
    entry.job = { ...entry.job, ...changes };
    onChange(entry.job);
  }

  async function carry(entry: Entry, work: JobWork): Promise<void> {
    let toldAt = 0;
    const onProgress = (progress: JobProgress) => {
      const now = performance.now();
      const step = progress.step !== undefined && progress.step !== entry.job.step;
      const blank = { note: null, done: null, total: null, unit: null, rate: null };
      entry.job = { ...entry.job, ...blank, ...progress };
      if (step || now - toldAt >= tellEveryMs) {
        toldAt = now;
        onChange(entry.job);
      }
    };
    const ended = () => ({ ended_at: new Date().toISOString(), step: null, note: null });
    try {
      const result = await work(onProgress, entry.abort.signal);
      change(entry, { ...ended(), status: "finished", result });
    } catch (error) {
      if (entry.abort.signal.aborted) {
        change(entry, { ...ended(), status: "cancelled" });
        return;
      }
      const body = toErrorBody(error);
      if (body.code === "internal")
        log(error instanceof Error ? String(error.stack) : String(error));
      change(entry, { ...ended(), status: "failed", error: body });
    }
  }

  function find(id: string): Entry {
    const entry = entries.get(id);
    if (!entry) throw new AppError("not_found", { what: "job", name: id });
    return entry;
  }

  return {
    start(subject, work) {
      const going = [...entries.values()].find(
        ({ job }) =>
          job.status === "running" &&
          job.kind === subject.kind &&
          job.project === subject.project &&
          job.run === subject.run &&
          job.subject === (subject.subject ?? null),
      );
      if (going) return going.job;
      const job: Job = {
        id: `${subject.kind.replaceAll("_", "-")}-${++count}`,
        subject: null,
        ...subject,
        status: "running",
        step: null,
        note: null,
        done: null,
        total: null,
        unit: null,
        rate: null,
        started_at: new Date().toISOString(),
        ended_at: null,
        error: null,
        result: null,
      };
      const entry: Entry = { job, abort: new AbortController(), end: Promise.resolve() };
      entries.set(job.id, entry);
      const [oldest] = entries.keys();
      if (entries.size > kept && oldest && find(oldest).job.status !== "running") {
        entries.delete(oldest);
      }
      onChange(job);
      entry.end = carry(entry, work);
      return entry.job;
    },
    list: () => [...entries.values()].map(({ job }) => job).reverse(),
    read: (id) => find(id).job,
    cancel(id) {
      const entry = find(id);
      entry.abort.abort();
      return entry.job;
    },
    async stop(id) {
      const entry = find(id);
      entry.abort.abort();
      await entry.end;
    },
    async close() {
      for (const { abort } of entries.values()) abort.abort();
      await Promise.all([...entries.values()].map(({ end }) => end));
    },
  };
}
