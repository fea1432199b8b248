import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import type { ReplyOf } from "#contract/client.ts";
import { queries } from "./queries.ts";

type Job = ReplyOf<"GET /api/jobs/{job}">;

/** The newest job of a kind for a run; `onEnd` is called once when one that was seen going on ends. */
export function useJob(
  subject: Pick<Job, "kind" | "project" | "run">,
  onEnd: (job: Job) => void,
): Job | undefined {
  const { data } = useQuery(queries.jobs());
  const job = data?.jobs.find(
    ({ kind, project, run }) =>
      kind === subject.kind && project === subject.project && run === subject.run,
  );
  const going = useRef<string | null>(null);
  useEffect(() => {
    if (!job) return;
    if (job.status === "running") going.current = job.id;
    else if (going.current === job.id) {
      going.current = null;
      onEnd(job);
    }
  });
  return job;
}
