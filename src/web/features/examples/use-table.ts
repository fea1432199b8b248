import { useQueries, useQuery } from "@tanstack/react-query";
import type { ReplyOf } from "#contract/client.ts";
import { api } from "../../app/api.ts";

export type TableRow = ReplyOf<"GET /api/projects/{project}/table">["rows"][number];
export interface TableFilter {
  use?: "train" | "check" | "left_out";
  reason?: string;
  search?: string;
}

const pageSize = 100;
const soonMs = 700;

const pageQuery = (project: string, filter: TableFilter, page: number, counting: boolean) => ({
  queryKey: ["project", project, "table", filter, page],
  queryFn: ({ signal }: { signal: AbortSignal }) =>
    api.request("GET /api/projects/{project}/table", {
      params: { project },
      query: { ...filter, offset: page * pageSize, limit: pageSize },
      signal,
    }),
  refetchInterval: ({
    state: { data },
  }: {
    state: { data?: ReplyOf<"GET /api/projects/{project}/table"> | undefined };
  }) => {
    const open = data?.rows.some((row) => row.content && !row.reason && row.tokens === null);
    return data && (data.reading !== null || (counting && open)) ? soonMs : false;
  },
});

/**
 * The rows from `first` to `last`, as far as they have come, and how many there are. Only pages in
 * sight are asked for; what scrolls away is given up.
 */
export function useTable(
  project: string,
  filter: TableFilter,
  { first, last, counting }: { first: number; last: number; counting: boolean },
) {
  const head = useQuery(pageQuery(project, filter, 0, counting));
  const from = Math.floor(first / pageSize);
  const to = Math.max(from, Math.floor(last / pageSize));
  const pages = useQueries({
    queries: Array.from({ length: to - from + 1 }, (_, index) =>
      pageQuery(project, filter, from + index, counting),
    ),
  });
  return {
    total: head.data?.total,
    reading: head.data?.reading ?? null,
    error: head.error ?? pages.find(({ error }) => error)?.error ?? null,
    row: (index: number): TableRow | undefined => {
      const page = Math.floor(index / pageSize);
      const data = page === 0 ? head.data : pages[page - from]?.data;
      return data?.rows[index % pageSize];
    },
  };
}
