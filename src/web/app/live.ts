import { useSyncExternalStore } from "react";
import type { StreamMessage } from "#contract/routes/stream.ts";
import { queryClient } from "./queries.ts";
import { feed } from "./run-feed.ts";
import { advanceRun } from "./run-cache.ts";

/** Since when the event stream is broken; null while it is whole. */
let staleSince: string | null = null;
const listeners = new Set<() => void>();
let source: EventSource | null = null;

function setStale(value: string | null): void {
  if ((staleSince === null) === (value === null)) return;
  staleSince = value;
  for (const listener of listeners) listener();
}

/** Opens the tab's one event stream. The browser reconnects by itself and replays what was missed. */
export function startLive(): void {
  source?.close();
  source = new EventSource("/api/events");
  source.addEventListener("message", ({ data }: MessageEvent<string>) => {
    setStale(null);
    receive(JSON.parse(data) as StreamMessage);
  });
  source.addEventListener("error", () => {
    setStale(new Date().toISOString());
    // A stream that the browser gave up on is opened anew.
    if (source?.readyState === EventSource.CLOSED) setTimeout(startLive, 2000);
  });
}

/** Keys that went stale since the last refresh: a fast run must not make a request per step. */
const staleKeys = new Map<string, string[]>();
let refresh: ReturnType<typeof setTimeout> | undefined;
const refreshMs = 500;

function stale(queryKey: string[]): void {
  staleKeys.set(queryKey.join("/"), queryKey);
  refresh ??= setTimeout(() => {
    refresh = undefined;
    const keys = [...staleKeys.values()];
    staleKeys.clear();
    for (const queryKey of keys) void queryClient.invalidateQueries({ queryKey });
  }, refreshMs);
}

/** Runs with events that are not in the queries yet: some a second are taken in together. */
const moved = new Map<string, { project: string; run: string }>();
const moveMs = 200;

function receiveEvent({
  project,
  run,
  event,
}: Extract<StreamMessage, { type: "run.event" }>): void {
  feed(project, run, event);
  if (moved.size === 0) setTimeout(takeIn, moveMs);
  moved.set(`${project}/${run}`, { project, run });
  // What else stands in a run, its files and its report, is not told by events.
  if (/^(run|report)\b/.test(event.type)) {
    stale(["run", project, run]);
    stale(["runs"]);
    stale(["project", project]);
    stale(["projects"]);
  }
}

function takeIn(): void {
  const runs = [...moved.values()];
  moved.clear();
  for (const { project, run } of runs) advanceRun(project, run);
}

function receive(message: StreamMessage): void {
  switch (message.type) {
    case "hello":
      void queryClient.invalidateQueries();
      return;
    case "run.event":
      receiveEvent(message);
      return;
    case "run.added":
    case "run.removed":
      stale(["runs"]);
      stale(["project", message.project]);
      return;
    case "project.changed":
      stale(["project", message.project]);
      stale(["projects"]);
      return;
    case "project.added":
    case "project.removed":
      stale(["projects"]);
      return;
    case "settings.changed":
      stale(["settings"]);
      return;
    case "job":
      stale(["jobs"]);
      // What a job has done is seen in what it was about.
      if (message.job.kind === "engine_install" && message.job.status !== "running")
        stale(["system"]);
  }
}

export function useStaleSince(): string | null {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => staleSince,
  );
}
