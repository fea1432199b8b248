import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Row } from "#contract/dataset.ts";
import { sentenceOf } from "../../app/api.ts";
import { queries } from "../../app/queries.ts";
import { PageHead } from "../../shell/app-shell.tsx";
import { Empty } from "../../ui/empty.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Mark } from "../../ui/mark.tsx";
import { Note } from "../../ui/note.tsx";
import { Tabs } from "../../ui/tabs.tsx";
import { FileDrop } from "../projects/file-drop.tsx";
import { DataFiles, useUploads } from "./data-files.tsx";
import { Ledger } from "./ledger.tsx";
import { RowsTable } from "./rows-table.tsx";

export function ExamplesPage({ project: slug }: { project: string }) {
  const { t } = useTranslation("examples");
  const { data: project, error } = useQuery(queries.project(slug));
  const ledger = useQuery(queries.ledger(slug));
  const { uploads, start } = useUploads(slug);
  const [tab, setTab] = useState("rows");
  const [row, setRow] = useState<Row | null>(null);
  const fault = error ?? ledger.error;
  if (!project) {
    if (!fault) return null;
    const { message, code } = sentenceOf(fault);
    return (
      <div className="page page-scroll mt-6">
        <Note tone="bad" title={message} code={code} />
      </div>
    );
  }
  const hasData = project.data.length > 0;
  return (
    <FileDrop onFiles={(files) => void start(files)}>
      <PageHead
        title={t("title")}
        actions={
          hasData && (
            <Link
              className="btn btn-primary"
              to="/projects/$project/$section"
              params={{ project: slug, section: "model" }}
            >
              {t("next")}
              <Icon name="forward" />
            </Link>
          )
        }
      >
        {t("lead")}
      </PageHead>
      <div className="page ex">
        <DataFiles project={project} uploads={uploads} onFiles={(files) => void start(files)} />
        {fault && (
          <Note tone="bad" title={sentenceOf(fault).message} code={sentenceOf(fault).code} />
        )}
        {!hasData ? (
          <Empty title={t("emptyTitle")}>{t("emptyBody")}</Empty>
        ) : (
          <>
            {ledger.data && <Ledger ledger={ledger.data} />}
            <div className="ex-split">
              <div className="ex-main">
                <Tabs
                  value={tab}
                  onChange={setTab}
                  tabs={[
                    {
                      value: "rows",
                      label: t("rows"),
                      count: String(ledger.data?.rows ?? ""),
                      content: (
                        <RowsTable project={slug} selected={row?.id ?? null} onSelect={setRow} />
                      ),
                    },
                    {
                      value: "out",
                      label: t("leftOutTab"),
                      count: String(ledger.data?.left_out ?? ""),
                      content: <LeftOut entries={ledger.data?.first ?? []} />,
                    },
                  ]}
                />
              </div>
              <aside className="ex-side" aria-label={t("asRead")}>
                <h2>{t("asRead")}</h2>
                {row ? <Conversation row={row} /> : <p className="muted mt-2">{t("pickRow")}</p>}
              </aside>
            </div>
          </>
        )}
      </div>
    </FileDrop>
  );
}

function LeftOut(props: {
  entries: readonly {
    file: string;
    line: number;
    reason?: { code: string; message: string } | undefined;
  }[];
}) {
  const { t } = useTranslation("examples");
  if (props.entries.length === 0) return <p className="muted mt-4">{t("noLeftOut")}</p>;
  return (
    <table className="table">
      <thead>
        <tr>
          <th scope="col">{t("where")}</th>
          <th scope="col">{t("reason")}</th>
        </tr>
      </thead>
      <tbody>
        {props.entries.map((entry) => (
          <tr key={`${entry.file}:${entry.line}`}>
            <td className="mono nowrap">
              {entry.file}:{entry.line}
            </td>
            <td>
              <Mark tone="bad">{entry.reason?.code ?? ""}</Mark> {entry.reason?.message}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Conversation({ row }: { row: Row }) {
  const { t } = useTranslation("examples");
  return (
    <div className="mt-2">
      <p className="sm muted">{t("conversation", { id: row.id })}</p>
      {row.messages.map((message, index) => (
        <div key={index} className="mt-3">
          <span className="mono sm muted">{message.role}</span>
          <p className={message.role === "assistant" ? "tokens" : "serif"}>
            {message.role === "assistant" ? (
              <span className="L">{message.content}</span>
            ) : (
              message.content
            )}
          </p>
        </div>
      ))}
    </div>
  );
}
