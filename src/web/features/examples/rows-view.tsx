import { useDeferredValue, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ReplyOf } from "#contract/client.ts";
import type { ProjectReply } from "#contract/routes/projects.ts";
import { queryClient } from "../../app/queries.ts";
import { useFormat } from "../../i18n/format.ts";
import { Icon } from "../../ui/icon.tsx";
import { Select } from "../../ui/select.tsx";
import { useReasons } from "./reasons.ts";
import { RowPreview } from "./row-preview.tsx";
import { RowsTable } from "./rows-table.tsx";
import type { TableFilter } from "./use-table.ts";

type Account = ReplyOf<"GET /api/projects/{project}/account">;

interface ViewProps {
  project: ProjectReply;
  account: Account | undefined;
  selected: number;
  onSelect: (number: number) => void;
}

/** The rows with their filter, beside one of them as the model reads it. */
export function RowsView(props: ViewProps & { only?: "left_out" }) {
  const { project, account, selected, onSelect, only } = props;
  const { t } = useTranslation("examples");
  const format = useFormat();
  const reasons = useReasons();
  const [use, setUse] = useState("");
  const [reason, setReason] = useState("");
  const [text, setText] = useState("");
  const search = useSettled(text.trim());
  const filter: TableFilter = {
    ...(only ? { use: only } : use === "" ? {} : { use: use as "train" | "check" }),
    ...(only && reason !== "" ? { reason } : {}),
    ...(search === "" ? {} : { search }),
  };
  useFreshRows(project.slug, account);
  const { ledger, counts } = account ?? {};
  return (
    <div className="ex-split">
      <div className="ex-main">
        <div className="row wrap gap-2 ex-bar">
          {only ? (
            <Select
              label={t("byReason")}
              value={reason}
              options={[
                { value: "", label: t("allReasons", { n: format.number(ledger?.left_out ?? 0) }) },
                ...Object.entries(ledger?.reasons ?? {}).map(([code, count]) => ({
                  value: code,
                  label: `${format.number(count)} ${reasons.word(code)}`,
                })),
              ]}
              onChange={setReason}
            />
          ) : (
            <Select
              label={t("byUse")}
              value={use}
              options={[
                { value: "", label: t("allRows") },
                { value: "train", label: t("onlyTrain") },
                { value: "check", label: t("onlyCheck") },
                { value: "left_out", label: t("onlyLeftOut") },
              ]}
              onChange={setUse}
            />
          )}
          <div className="search end">
            <Icon name="search" />
            <input
              className="input"
              type="search"
              value={text}
              maxLength={200}
              placeholder={t("searchRows")}
              aria-label={t("searchRows")}
              onChange={({ target }) => setText(target.value)}
            />
          </div>
        </div>
        <RowsTable
          key={JSON.stringify(filter)}
          project={project.slug}
          label={only ? t("leftOutTab") : t("rows")}
          filter={filter}
          columns={only ? "reasons" : "texts"}
          limit={counts?.limit ?? null}
          counting={counts?.state === "counting"}
          selected={selected}
          onSelect={onSelect}
        />
      </div>
      <RowPreview project={project} account={account} number={selected} onNumber={onSelect} />
    </div>
  );
}

/** Once all rows are counted, those that the model cannot take are elsewhere. */
function useFreshRows(project: string, account: Account | undefined): void {
  const state = JSON.stringify([account?.ledger, account?.counts.state, account?.counts.limit]);
  useEffect(() => {
    void queryClient.invalidateQueries({ queryKey: ["project", project, "table"] });
  }, [project, state]);
}

/** A text once the person pauses in typing it. */
function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), 250);
    return () => clearTimeout(timer);
  }, [text]);
  return useDeferredValue(settled);
}
