import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Suspense, lazy, useEffect, useEffectEvent, useState } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { sentenceOf } from "../../app/api.ts";
import { queries } from "../../app/queries.ts";
import { useFormat } from "../../i18n/format.ts";
import { PageHead } from "../../shell/app-shell.tsx";
import { Empty } from "../../ui/empty.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Note } from "../../ui/note.tsx";
import { Tabs } from "../../ui/tabs.tsx";
import { FileDrop } from "../projects/file-drop.tsx";
import { takeOver } from "../projects/handed-over.ts";
import { ChooseFiles, DataFiles } from "./data-files.tsx";
import { findingsQuery } from "./findings/use-findings.ts";
import { Ledger } from "./ledger.tsx";
import { Reading, ReadingStopped } from "./reading.tsx";
import { RowsView } from "./rows-view.tsx";
import { useAddress } from "./use-address.ts";
import { useUploads } from "./use-uploads.ts";

const tabNames = ["rows", "out", "findings", "versions", "typed", "drafts"] as const;
const FindingsView = lazy(async () => ({
  default: (await import("./findings/findings-view.tsx")).FindingsView,
}));
const VersionsView = lazy(async () => ({
  default: (await import("./findings/versions-view.tsx")).VersionsView,
}));
const HubDataDialog = lazy(async () => ({
  default: (await import("./hub-data-dialog.tsx")).HubDataDialog,
}));
const DraftsView = lazy(async () => ({
  default: (await import("./drafts/drafts-view.tsx")).DraftsView,
}));
const TypedRows = lazy(async () => ({
  default: (await import("./typed/typed-rows.tsx")).TypedRows,
}));

const later = (content: ReactNode) => <Suspense fallback={null}>{content}</Suspense>;

export function ExamplesPage({ project: slug }: { project: string }) {
  const { t } = useTranslation(["examples", "findings", "drafts"]);
  const format = useFormat();
  const { data: project } = useQuery(queries.project(slug));
  const hasData = (project?.data.length ?? 0) > 0;
  const { data: account, error: accountError } = useQuery({
    ...queries.account(slug),
    enabled: hasData,
  });
  const { data: looked } = useQuery({ ...findingsQuery(slug), enabled: hasData });
  const found = looked?.state === "current" ? looked.report?.findings : undefined;
  const { uploads, start, dismiss, again } = useUploads(slug);
  const [address, go] = useAddress();
  const [asksHub, setAsksHub] = useState<boolean | null>(null);
  const { row = 1 } = address;
  const tab = tabNames.find((name) => name === address.tab) ?? "rows";
  const onOpen = useEffectEvent(() => {
    const files = takeOver(slug);
    if (files.length > 0) start(files);
  });
  useEffect(() => onOpen(), [slug]);

  if (!project) return null;
  const onSelect = (number: number) => {
    if (number !== row) go({ row: number });
  };
  const view = { project, account, selected: row, onSelect };
  const tabs = [
    {
      value: "rows",
      label: t("rows"),
      count: account && format.number(account.ledger.rows),
      content: <RowsView {...view} />,
    },
    {
      value: "out",
      label: t("leftOutTab"),
      count: account && format.number(account.ledger.left_out),
      content: <RowsView {...view} only="left_out" />,
    },
    {
      value: "findings",
      label: t("findings:tab"),
      count: found && format.number(found.length),
      content: later(<FindingsView project={project} />),
    },
    {
      value: "versions",
      label: t("findings:versionsTab"),
      content: later(<VersionsView project={project} />),
    },
    {
      value: "typed",
      label: t("typedTab"),
      content: later(<TypedRows project={project} />),
    },
    {
      value: "drafts",
      label: t("drafts:tab"),
      content: later(<DraftsView project={project} />),
    },
  ];
  return (
    <FileDrop onFiles={start}>
      <PageHead
        title={t("title")}
        actions={
          <>
            <button type="button" className="btn" onClick={() => setAsksHub(true)}>
              <Icon name="download" />
              {t("fromHub")}
            </button>
            {tab !== "typed" && (
              <button type="button" className="btn" onClick={() => go({ tab: "typed" })}>
                <Icon name="pencil" />
                {t("typeRows")}
              </button>
            )}
            {hasData && (
              <Link
                className="btn btn-primary"
                to="/projects/$project/$section"
                params={{ project: slug, section: "model" }}
              >
                {t("next")}
                <Icon name="forward" />
              </Link>
            )}
          </>
        }
      >
        {t("lead")}
      </PageHead>
      {asksHub !== null && (
        <Suspense fallback={null}>
          <HubDataDialog project={slug} open={asksHub} onClose={() => setAsksHub(false)} />
        </Suspense>
      )}
      <div className="page ex">
        <DataFiles
          project={project}
          uploads={uploads}
          onFiles={start}
          onDismiss={dismiss}
          onAgain={again}
        />
        {accountError && sentenceOf(accountError).code === "data_check_stopped" && (
          <ReadingStopped project={slug} title={sentenceOf(accountError).message} />
        )}
        {accountError && sentenceOf(accountError).code !== "data_check_stopped" && (
          <Note
            tone="bad"
            title={sentenceOf(accountError).message}
            code={sentenceOf(accountError).code}
          />
        )}
        {!accountError && account?.reading != null && (
          <Reading project={slug} reading={account.reading} />
        )}
        {hasData && account?.reading === null && (
          <Ledger
            account={account}
            checkFiles={project.data.filter(({ role }) => role === "check").map(({ name }) => name)}
          />
        )}
        {/* In one place from the first row on, so that nobody loses the place they type in. */}
        {(hasData || tab === "typed" || tab === "drafts") && (
          <Tabs value={tab} onChange={(value) => go({ tab: value })} tabs={tabs} />
        )}
        {!hasData && tab !== "typed" && tab !== "drafts" && (
          <Empty
            title={t("emptyTitle")}
            actions={
              <>
                <ChooseFiles onFiles={start} />
                <button type="button" className="btn" onClick={() => go({ tab: "typed" })}>
                  <Icon name="pencil" />
                  {t("typeRows")}
                </button>
                <button type="button" className="btn" onClick={() => go({ tab: "drafts" })}>
                  <Icon name="file" />
                  {t("drafts:tab")}
                </button>
              </>
            }
          >
            {t("emptyBody")}
          </Empty>
        )}
      </div>
    </FileDrop>
  );
}
