import { queryOptions, useQuery } from "@tanstack/react-query";
import { useEffect, useEffectEvent, useRef, useState } from "react";
import type { ReplyOf } from "#contract/client.ts";
import { api, sentenceOf } from "../../../app/api.ts";
import { queries, queryClient } from "../../../app/queries.ts";

type Job = ReplyOf<"GET /api/jobs">["jobs"][number];
export type Findings = ReplyOf<"GET /api/projects/{project}/findings">;
export type Finding = NonNullable<Findings["report"]>["findings"][number];

export const findingsQuery = (project: string) =>
  queryOptions({
    queryKey: ["project", project, "findings"],
    queryFn: ({ signal }) =>
      api.request("GET /api/projects/{project}/findings", { params: { project }, signal }),
  });

/** Waits for a job to end; its failure is thrown. The event stream tells of it, and asking as well. */
export async function jobEnd(id: string): Promise<Job> {
  for (;;) {
    const job = await api.request("GET /api/jobs/{job}", { params: { job: id } });
    if (job.status === "finished" || job.status === "cancelled") return job;
    if (job.error) throw new Error(job.error.message);
    await new Promise((resolve) => {
      setTimeout(resolve, 300);
    });
  }
}

/** What the doctor found; it looks by itself where data or settings have changed since. */
export function useFindings(project: string) {
  const { data, error } = useQuery(findingsQuery(project));
  const { data: jobs } = useQuery(queries.jobs());
  const going = jobs?.jobs.find(
    (job) => job.project === project && job.kind === "find_faults" && job.status === "running",
  );
  const [fault, setFault] = useState<{ message: string; code?: string }>();
  const looking = useRef(false);
  const look = async (): Promise<void> => {
    if (looking.current) return;
    looking.current = true;
    setFault(undefined);
    try {
      const { id } = await api.request("POST /api/projects/{project}/findings", {
        params: { project },
      });
      await queryClient.invalidateQueries({ queryKey: ["jobs"] });
      await jobEnd(id);
      await queryClient.invalidateQueries({ queryKey: findingsQuery(project).queryKey });
    } catch (cause) {
      setFault(sentenceOf(cause));
    } finally {
      looking.current = false;
    }
  };
  const outdated = data !== undefined && data.state !== "current";
  const onOutdated = useEffectEvent(look);
  useEffect(() => {
    if (outdated) void onOutdated();
    // Once for each report that is no longer true.
  }, [project, outdated, data?.report?.created_at]);
  return { data, going, look, fault: fault ?? (error && sentenceOf(error)) ?? undefined };
}
