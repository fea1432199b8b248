import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import type { ReplyOf } from "#contract/client.ts";
import { api, sentenceOf } from "../../app/api.ts";
import { queries, queryClient } from "../../app/queries.ts";
import { say } from "../../ui/toast.tsx";

export type Job = ReplyOf<"GET /api/jobs">["jobs"][number];

export interface Downloads {
  /** The last download of a model since the server's start, going on or ended. */
  jobOf(id: string): Job | undefined;
  start(id: string): void;
  pause(job: Job): void;
  /** Stops it and deletes what arrived. */
  giveUp(id: string): void;
}

/** Downloads of models, which are jobs of the server and outlive the page. */
export function useDownloads(): Downloads {
  const { data } = useQuery(queries.jobs());
  const jobs = data?.jobs.filter(({ kind }) => kind === "model_download") ?? [];
  // A download changes the list when it knows its files, and when it ends.
  const turns = jobs.map(({ id, status, total }) => `${id} ${status} ${total !== null}`).join();
  useEffect(() => {
    if (turns !== "") refresh();
  }, [turns]);
  const act = (work: Promise<unknown>) => {
    void work
      .catch((error: unknown) => say(sentenceOf(error).message))
      .finally(() => {
        void queryClient.invalidateQueries({ queryKey: ["jobs"] });
        refresh();
      });
  };
  return {
    jobOf: (id) => jobs.find(({ subject }) => subject === id),
    start: (id) => act(api.request("POST /api/models/download", { json: { id } })),
    pause: (job) => act(api.request("POST /api/jobs/{job}/cancel", { params: { job: job.id } })),
    giveUp: (id) => act(api.request("POST /api/models/discard", { json: { id } })),
  };
}

function refresh(): void {
  void queryClient.invalidateQueries({ queryKey: ["models"] });
  // The plan of a project whose model has come is another now.
  void queryClient.invalidateQueries({ queryKey: ["project"] });
}
