import { QueryClient, queryOptions } from "@tanstack/react-query";
import { ApiError } from "#contract/client.ts";
import type { RunState } from "#contract/run.ts";
import { api } from "./api.ts";
import { catchUpCurve, catchUpEvents, catchUpRun, shownEvents } from "./run-feed.ts";

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      // The event stream tells what changed, so nothing is asked twice without a reason.
      staleTime: 60_000,
      refetchOnWindowFocus: false,
      retry: (count, error) =>
        count < 3 && (!(error instanceof ApiError) || error.status === 0 || error.status >= 500),
    },
  },
});

/** A runner that was killed writes no event, so a run that goes on is looked at now and then. */
const checkMs = 20_000;
const isActive = ({ status }: RunState) => status === "running" || status === "queued";

const catchUpRuns = <L extends { runs: Parameters<typeof catchUpRun>[0][] }>(list: L): L => ({
  ...list,
  runs: list.runs.map((run) => catchUpRun(run)),
});

/** Every query of the page by its key, so that the event stream can name what went stale. */
export const queries = {
  projects: () =>
    queryOptions({
      queryKey: ["projects"],
      queryFn: ({ signal }) => api.request("GET /api/projects", { signal }),
    }),
  project: (project: string) =>
    queryOptions({
      queryKey: ["project", project],
      queryFn: ({ signal }) =>
        api.request("GET /api/projects/{project}", { params: { project }, signal }),
    }),
  ledger: (project: string) =>
    queryOptions({
      queryKey: ["project", project, "ledger"],
      queryFn: ({ signal }) =>
        api.request("GET /api/projects/{project}/ledger", { params: { project }, signal }),
    }),
  /** As the chosen model takes the rows; asked again as long as something is being counted. */
  account: (project: string) =>
    queryOptions({
      queryKey: ["project", project, "account"],
      queryFn: ({ signal }) =>
        api.request("GET /api/projects/{project}/account", { params: { project }, signal }),
      refetchInterval: ({ state: { data } }) => {
        if (!data) return false;
        if (data.reading !== null || data.counts.state === "counting") return 700;
        return data.counts.state === "unavailable" ? 15_000 : false;
      },
    }),
  /**
   * How a data file is read: its hash and mapping are in the key, and nothing else changes it. Not
   * below the project's key, or a file that was just removed would be asked for again.
   */
  dataFormat: (project: string, file: { name: string; sha256: string; mapping?: unknown }) =>
    queryOptions({
      queryKey: ["format", project, file.name, file.sha256, file.mapping ?? null],
      staleTime: Infinity,
      queryFn: ({ signal }) =>
        api.request("GET /api/projects/{project}/data/{file}/format", {
          params: { project, file: file.name },
          signal,
        }),
      retry: false,
    }),
  plan: (project: string) =>
    queryOptions({
      queryKey: ["project", project, "plan"],
      queryFn: ({ signal }) =>
        api.request("POST /api/projects/{project}/plan", { params: { project }, json: {}, signal }),
      retry: false,
    }),
  /** The plan without a choice of modules: it names every one that the model has. */
  modules: (project: string) =>
    queryOptions({
      queryKey: ["project", project, "modules"],
      queryFn: async ({ signal }) => {
        const json = { lora_config: { target_modules: null } };
        const params = { project };
        const plan = await api.request("POST /api/projects/{project}/plan", {
          params,
          json,
          signal,
        });
        const modules = plan.spec.lora["target_modules"];
        return Array.isArray(modules) ? modules.map(String) : [];
      },
      retry: false,
    }),
  presets: (project: string) =>
    queryOptions({
      queryKey: ["project", project, "presets"],
      queryFn: ({ signal }) => api.request("GET /api/presets", { query: { project }, signal }),
    }),
  runs: (project: string) =>
    queryOptions({
      queryKey: ["runs", project],
      queryFn: async ({ signal }) =>
        catchUpRuns(
          await api.request("GET /api/projects/{project}/runs", { params: { project }, signal }),
        ),
    }),
  allRuns: () =>
    queryOptions({
      queryKey: ["runs"],
      queryFn: async ({ signal }) =>
        catchUpRuns(await api.request("GET /api/runs", { query: { limit: 200 }, signal })),
      refetchInterval: ({ state }) =>
        state.data?.runs.some((run) => isActive(run.state)) ? checkMs : false,
    }),
  queue: () =>
    queryOptions({
      // Below "runs": what changes a run may change the queue. Terminals change it without an event.
      queryKey: ["runs", "queue"],
      queryFn: ({ signal }) => api.request("GET /api/queue", { signal }),
      refetchInterval: 3000,
    }),
  disk: () =>
    queryOptions({
      queryKey: ["disk"],
      queryFn: ({ signal }) => api.request("GET /api/disk", { signal }),
    }),
  diskUse: () =>
    queryOptions({
      queryKey: ["disk", "use"],
      queryFn: ({ signal }) => api.request("GET /api/disk/use", { signal }),
    }),
  run: (project: string, run: string) =>
    queryOptions({
      queryKey: ["run", project, run],
      queryFn: async ({ signal }) => {
        const params = { project, run };
        return catchUpRun(
          await api.request("GET /api/projects/{project}/runs/{run}", { params, signal }),
        );
      },
      refetchInterval: ({ state }) => (state.data && isActive(state.data.state) ? checkMs : false),
    }),
  curve: (project: string, run: string) =>
    queryOptions({
      queryKey: ["run", project, run, "curve"],
      queryFn: async ({ signal }) => {
        const params = { project, run };
        return catchUpCurve(
          project,
          run,
          await api.request("GET /api/projects/{project}/runs/{run}/curve", { params, signal }),
        );
      },
      // Comparing a hundred thousand points with each other costs more than drawing them.
      structuralSharing: false,
    }),
  /** The last events of a run that had `seq` of them when this was asked first. */
  events: (project: string, run: string, seq: number) =>
    queryOptions({
      queryKey: ["run", project, run, "events"],
      queryFn: async ({ signal }) => {
        const { events } = await api.request("GET /api/projects/{project}/runs/{run}/events", {
          params: { project, run },
          query: { after: Math.max(0, seq - shownEvents), limit: 10_000 },
          signal,
        });
        return catchUpEvents(project, run, events);
      },
      structuralSharing: false,
    }),
  log: (project: string, run: string) =>
    queryOptions({
      queryKey: ["run", project, run, "log"],
      queryFn: ({ signal }) =>
        api.request("GET /api/projects/{project}/runs/{run}/log", {
          params: { project, run },
          signal,
        }),
    }),
  runSizes: (project: string) =>
    queryOptions({
      queryKey: ["runs", project, "sizes"],
      queryFn: ({ signal }) =>
        api.request("GET /api/projects/{project}/sizes", { params: { project }, signal }),
    }),
  sweeps: (project: string) =>
    queryOptions({
      queryKey: ["runs", project, "sweeps"],
      queryFn: ({ signal }) =>
        api.request("GET /api/projects/{project}/sweeps", { params: { project }, signal }),
    }),
  comparison: (project: string, runs: readonly string[]) =>
    queryOptions({
      queryKey: ["runs", project, "comparison", ...runs],
      queryFn: ({ signal }) =>
        api.request("GET /api/compare", {
          query: { runs: runs.map((run) => `${project}/${run}`).join() },
          signal,
        }),
    }),
  passport: (project: string, run: string) =>
    queryOptions({
      queryKey: ["run", project, run, "passport"],
      queryFn: ({ signal }) =>
        api.request("GET /api/projects/{project}/runs/{run}/passport", {
          params: { project, run },
          signal,
        }),
    }),
  /** Null for a run of its own. */
  reproduction: (project: string, run: string) =>
    queryOptions({
      queryKey: ["run", project, run, "reproduction"],
      queryFn: async ({ signal }) => {
        const { reproduces } = await api.request("GET /api/projects/{project}/runs/{run}", {
          params: { project, run },
          signal,
        });
        return reproduces
          ? api.request("GET /api/projects/{project}/runs/{run}/reproduction", {
              params: { project, run },
              signal,
            })
          : null;
      },
      retry: false,
    }),
  proof: (project: string, run: string) =>
    queryOptions({
      queryKey: ["run", project, run, "proof"],
      queryFn: ({ signal }) =>
        api.request("GET /api/projects/{project}/runs/{run}/proof", {
          params: { project, run },
          signal,
        }),
      retry: false,
    }),
  baseModel: (project: string, run: string) =>
    queryOptions({
      queryKey: ["base", project, run],
      queryFn: ({ signal }) =>
        api.request("GET /api/projects/{project}/runs/{run}/base", {
          params: { project, run },
          signal,
        }),
    }),
  deployName: (project: string, run: string, name: string) =>
    queryOptions({
      queryKey: ["ollama", "name", project, run, name],
      queryFn: ({ signal }) =>
        api.request("GET /api/projects/{project}/runs/{run}/deploy", {
          params: { project, run },
          query: { name },
          signal,
        }),
      // Ollama changes by other hands, too.
      staleTime: 0,
      retry: false,
    }),
  engine: () =>
    queryOptions({
      queryKey: ["system", "engine"],
      queryFn: ({ signal }) => api.request("GET /api/engine", { signal }),
    }),
  system: () =>
    queryOptions({
      queryKey: ["system"],
      queryFn: ({ signal }) => api.request("GET /api/system", { signal }),
    }),
  workspace: () =>
    queryOptions({
      queryKey: ["workspace"],
      queryFn: ({ signal }) => api.request("GET /api/workspace", { signal }),
    }),
  ollama: () =>
    queryOptions({
      queryKey: ["ollama"],
      queryFn: ({ signal }) => api.request("GET /api/ollama", { signal }),
    }),
  ollamaModels: () =>
    queryOptions({
      queryKey: ["ollama", "models"],
      queryFn: ({ signal }) => api.request("GET /api/ollama/models", { signal }),
      retry: false,
    }),
  models: (project: string) =>
    queryOptions({
      queryKey: ["models", project],
      queryFn: ({ signal }) => api.request("GET /api/models", { query: { project }, signal }),
    }),
  /** One request to the hub, made only because a person searched. */
  hubSearch: (query: string) =>
    queryOptions({
      queryKey: ["hub", query],
      queryFn: ({ signal }) => api.request("GET /api/hub/models", { query: { query }, signal }),
      enabled: query !== "",
      // Not even a broken event stream makes the page ask the hub once more by itself.
      staleTime: "static",
      retry: false,
    }),
  jobs: () =>
    queryOptions({
      queryKey: ["jobs"],
      queryFn: ({ signal }) => api.request("GET /api/jobs", { signal }),
    }),
  settings: () =>
    queryOptions({
      queryKey: ["settings"],
      queryFn: ({ signal }) => api.request("GET /api/settings", { signal }),
    }),
};
