import { useInfiniteQuery } from "@tanstack/react-query";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Row } from "#contract/dataset.ts";
import { api } from "../../app/api.ts";

const pageSize = 500;
const rowHeight = 36;

/** All rows, read page by page as they scroll into view; only the visible ones are in the document. */
export function RowsTable(props: {
  project: string;
  selected: string | null;
  onSelect: (row: Row) => void;
}) {
  const { t } = useTranslation("examples");
  const box = useRef<HTMLDivElement>(null);
  const query = useInfiniteQuery({
    queryKey: ["project", props.project, "rows"],
    queryFn: ({ pageParam, signal }) =>
      api.request("GET /api/projects/{project}/rows", {
        params: { project: props.project },
        query: { offset: pageParam, limit: pageSize },
        signal,
      }),
    initialPageParam: 0,
    getNextPageParam: (page) =>
      page.rows.length + page.left_out.length < page.limit ? undefined : page.offset + page.limit,
  });
  const rows = query.data?.pages.flatMap((page) => page.rows) ?? [];
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => rowHeight,
    overscan: 12,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (last >= rows.length - 50 && query.hasNextPage && !query.isFetchingNextPage) {
      void query.fetchNextPage();
    }
  }, [last, rows.length, query]);
  return (
    <div className="vscroll" ref={box} tabIndex={0} role="region" aria-label={t("rows")}>
      <div className="vrow vhead" aria-hidden="true">
        <span>{t("row")}</span>
        <span>{t("question")}</span>
        <span>{t("answer")}</span>
      </div>
      <ul style={{ blockSize: virtual.getTotalSize(), position: "relative" }}>
        {items.map((item) => {
          const row = rows[item.index];
          if (!row) return null;
          return (
            <li
              key={row.id}
              className="vitem"
              style={{ transform: `translateY(${item.start}px)`, blockSize: item.size }}
            >
              <button
                type="button"
                className={row.id === props.selected ? "vrow on" : "vrow"}
                aria-pressed={row.id === props.selected}
                onClick={() => props.onSelect(row)}
              >
                <span className="muted">{row.line}</span>
                <span className="serif">{textOf(row, "user")}</span>
                <span className="serif">{textOf(row, "assistant")}</span>
              </button>
            </li>
          );
        })}
      </ul>
      {query.isPending && (
        <p className="soft late" role="status">
          {t("loadingRows")}
        </p>
      )}
    </div>
  );
}

/** The last message of a role in one line. */
const textOf = (row: Row, role: string): string =>
  row.messages.findLast((message) => message.role === role)?.content.replace(/\s+/g, " ") ?? "";
