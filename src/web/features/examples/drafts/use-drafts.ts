import { queryOptions, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Input, ReplyOf } from "#contract/client.ts";
import { api, sentenceOf } from "../../../app/api.ts";
import { queries, queryClient } from "../../../app/queries.ts";
import { jobEnd } from "../findings/use-findings.ts";

export type Drafts = ReplyOf<"GET /api/projects/{project}/drafts">;
export type Draft = Drafts["drafts"][number];
export type Plan = ReplyOf<"POST /api/projects/{project}/drafts/plan">;
export type Order = Input<"POST /api/projects/{project}/drafts">["json"];
export type Change = Input<"PATCH /api/projects/{project}/drafts">["json"];

const documentsQuery = (project: string) =>
  queryOptions({
    queryKey: ["project", project, "documents"],
    queryFn: ({ signal }) =>
      api.request("GET /api/projects/{project}/documents", { params: { project }, signal }),
  });

/** Drafts that wait for a decision, as many as anyone reads at a time. */
const draftsQuery = (project: string) =>
  queryOptions({
    queryKey: ["project", project, "drafts"],
    queryFn: ({ signal }) =>
      api.request("GET /api/projects/{project}/drafts", {
        params: { project },
        query: { state: "draft", limit: 50 },
        signal,
      }),
  });

type Fault = { message: string; code?: string };

/** Documents, the order that is being made of them, and the drafts that came of it. */
export function useDrafts(project: string) {
  const params = { project };
  const documents = useQuery(documentsQuery(project));
  const drafts = useQuery(draftsQuery(project));
  const { data: jobs } = useQuery(queries.jobs());
  const going = jobs?.jobs.find(
    (job) => job.project === project && job.kind === "draft_rows" && job.status === "running",
  );
  const [plan, setPlan] = useState<Plan>();
  const [spent, setSpent] = useState<{ drafts: number; tokens: number; failed: number }>();
  const [fault, setFault] = useState<Fault>();

  /** What goes wrong is shown; what was typed stays. */
  const attempt = async (work: () => Promise<unknown>): Promise<void> => {
    setFault(undefined);
    try {
      await work();
    } catch (cause) {
      setFault(sentenceOf(cause));
    }
  };
  const refresh = (query: { queryKey: readonly unknown[] }) =>
    queryClient.invalidateQueries({ queryKey: query.queryKey });

  return {
    documents: documents.data?.documents,
    drafts: drafts.data,
    going,
    plan,
    spent,
    fault: fault ?? (documents.error ? sentenceOf(documents.error) : undefined),
    forgetPlan: () => setPlan(undefined),
    add: (files: readonly File[], send: (file: File) => Promise<unknown>) =>
      attempt(async () => {
        setPlan(undefined);
        try {
          for (const file of files) await send(file);
        } finally {
          await refresh(documentsQuery(project));
        }
      }),
    remove: (file: string) =>
      attempt(async () => {
        setPlan(undefined);
        await api.request("DELETE /api/projects/{project}/documents/{file}", {
          params: { project, file },
        });
        await refresh(documentsQuery(project));
      }),
    /** The key, where one was typed, is stored for the very address that the plan names. */
    makePlan: (order: Order, key: string) =>
      attempt(async () => {
        const ask = () =>
          api.request("POST /api/projects/{project}/drafts/plan", { params, json: order });
        const { address } = await ask();
        if (key !== "") {
          await api.request("PUT /api/settings/endpoint-keys", { json: { address, key } });
        }
        setPlan(await ask());
      }),
    start: (order: Order) =>
      attempt(async () => {
        setSpent(undefined);
        const { id } = await api.request("POST /api/projects/{project}/drafts", {
          params,
          json: order,
        });
        setPlan(undefined);
        await queryClient.invalidateQueries({ queryKey: ["jobs"] });
        try {
          const { result } = await jobEnd(id);
          const count = (name: string) => Number(result?.[name] ?? 0);
          setSpent({
            drafts: count("drafts"),
            tokens: count("promptTokens") + count("answerTokens"),
            failed: count("failed"),
          });
        } finally {
          await refresh(draftsQuery(project));
        }
      }),
    cancel: (job: string) =>
      attempt(() => api.request("POST /api/jobs/{job}/cancel", { params: { job } })),
    change: (change: Change) =>
      attempt(async () => {
        await api.request("PATCH /api/projects/{project}/drafts", { params, json: change });
        await refresh(draftsQuery(project));
      }),
    publish: () =>
      attempt(async () => {
        await api.request("POST /api/projects/{project}/drafts/publish", { params });
        await queryClient.invalidateQueries({ queryKey: ["project", project] });
      }),
  };
}
