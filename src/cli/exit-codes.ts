/** What a program learns from `tunesmith`'s exit code; `tunesmith --help` prints this table. */
export const exitCodes = {
  ok: 0,
  internal: 1,
  usage: 2,
  cancelled: 3,
  failed: 4,
  engine: 5,
  busy: 6,
  machine: 7,
  ollama: 8,
  network: 9,
  detached: 130,
} as const;
export type ExitName = keyof typeof exitCodes;

export const exitMeanings: Record<ExitName, string> = {
  ok: "done",
  internal: "a fault inside Tunesmith",
  usage: "wrong use or bad input; nothing was started",
  cancelled: "the run was cancelled, paused or interrupted; `resume` continues it",
  failed: "the run failed, or is not what its passport says",
  engine: "the training engine is missing or broken",
  busy: "not now: a run, a server or another change is in the way",
  machine: "disk or permissions forbid it",
  ollama: "Ollama is missing, refused, or did not prove the model",
  network: "the hub cannot be reached, or refuses for now; what arrived is kept",
  detached: "left with Ctrl-C; the run goes on",
};

const byCode: Record<string, ExitName> = {
  internal: "internal",
  engine_missing: "engine",
  python_failed: "engine",
  revision_conflict: "busy",
  project_training: "busy",
  run_active: "busy",
  run_device_busy: "busy",
  run_locked: "busy",
  run_not_queued: "busy",
  run_disk_budget: "machine",
  workspace_locked: "busy",
  workspace_read_only: "machine",
  disk_full: "machine",
  data_no_room: "machine",
  hub_download_busy: "busy",
  hub_no_disk: "machine",
  hub_cache_folder: "machine",
  hub_offline: "network",
  hub_unreachable: "network",
  hub_connection_lost: "network",
  hub_rate_limited: "network",
  hub_refused: "network",
};

const byPrefix: [string, ExitName][] = [
  ["engine_", "engine"],
  ["ollama_", "ollama"],
  ["deploy_", "ollama"],
];

/** The exit code for an error code; what is not listed is bad input. */
export function exitCodeFor(code: string): number {
  const prefixed = byPrefix.find(([prefix]) => code.startsWith(prefix));
  return exitCodes[byCode[code] ?? prefixed?.[1] ?? "usage"];
}
