import { useQuery } from "@tanstack/react-query";
import { memo, useEffect, useMemo, useRef, useState } from "react";
import type { CSSProperties, ReactNode, RefObject } from "react";
import { useTranslation } from "react-i18next";
import { bodySentence } from "#contract/body-sentence.ts";
import type { RunEvent } from "#contract/events.ts";
import type { ReplyOf } from "#contract/client.ts";
import { queries } from "../../app/queries.ts";
import { useSearchWord } from "../../app/use-search-word.ts";
import { useFormat } from "../../i18n/format.ts";
import type { PageLanguage } from "../../i18n/index.ts";
import { Icon } from "../../ui/icon.tsx";
import { Tabs } from "../../ui/tabs.tsx";
import { say } from "../../ui/toast.tsx";
import { useEventText } from "./event-text.ts";
import { blocksOf } from "./log-blocks.ts";
import { SettingsInUse } from "./settings-in-use.tsx";

const tabs = ["log", "settings", "decisions", "worker"] as const;

type Run = ReplyOf<"GET /api/projects/{project}/runs/{run}">;

/** What happened, in words; the settings and decisions in use; and what libraries printed. */
export const RunLog = memo(function RunLog({ run }: { run: Run }) {
  const { t } = useTranslation(["run", "common"]);
  const [tab, setTab] = useSearchWord("show", tabs);
  const [follow, setFollow] = useState(true);
  const box = useRef<HTMLDivElement>(null);
  const copy = async () => {
    await navigator.clipboard.writeText(box.current?.innerText ?? "");
    say(t("common:copied"));
  };
  const scrolls = tab === "log" || tab === "worker";
  return (
    <section className="rn-log" aria-label={t("log")}>
      <Tabs
        value={tab}
        onChange={(value) => setTab(tabs.find((one) => one === value) ?? "log")}
        end={
          <>
            {scrolls && (
              <label className="row gap-2 sm soft">
                <input
                  type="checkbox"
                  role="switch"
                  className="switch"
                  checked={follow}
                  onChange={(event) => setFollow(event.target.checked)}
                />
                {t("follow")}
              </label>
            )}
            <button type="button" className="btn btn-quiet btn-sm" onClick={() => void copy()}>
              <Icon name="copy" small />
              {t("copyLog")}
            </button>
          </>
        }
        tabs={[
          {
            value: "log",
            label: t("log"),
            content: <EventLines run={run} box={box} follow={follow} />,
          },
          {
            value: "settings",
            label: t("settingsInUse"),
            content: <SettingsInUse run={run} box={box} />,
          },
          {
            value: "decisions",
            label: t("decisions"),
            count: String(run.state.decisions.length + run.state.warnings.length),
            content: <Decisions run={run} box={box} />,
          },
          {
            value: "worker",
            label: t("worker"),
            content: <WorkerLog run={run} box={box} follow={follow} />,
          },
        ]}
      />
    </section>
  );
});

interface BoxProps {
  run: Run;
  box: RefObject<HTMLDivElement | null>;
}

function EventLines({ run, box, follow }: BoxProps & { follow: boolean }) {
  const { t } = useTranslation("run");
  // Asked once, from the seq that the run had then on: what comes later streams in.
  const [seq] = useState(run.state.seq);
  const { data } = useQuery(queries.events(run.project, run.id, seq));
  const blocks = useMemo(() => blocksOf(data ?? []), [data]);
  useFollow(box, follow, blocks.at(-1)?.lines.at(-1)?.seq);
  return (
    <div
      className="log told"
      tabIndex={0}
      role="log"
      aria-label={t("log")}
      aria-live="off"
      ref={box}
    >
      {data && blocks.length === 0 && <p className="muted">{t("nothingYet")}</p>}
      {blocks.map(({ block, lines }) => (
        <div key={block} style={{ "--lines": lines.length } as CSSProperties}>
          {lines.map((event) => (
            <Line key={event.seq} event={event} />
          ))}
        </div>
      ))}
    </div>
  );
}

/** Lines never change, and hundreds stand here: each is made once. */
const Line = memo(function Line({ event }: { event: RunEvent }) {
  const format = useFormat();
  const say = useEventText();
  return (
    <div>
      <time dateTime={event.time}>{format.clock(event.time)}</time>
      <span className="lg">{event.type.split(".")[0]}</span>
      <span>{say(event)}</span>
    </div>
  );
});

/** Keeps the end in sight, as long as that is wished. */
function useFollow(box: BoxProps["box"], follow: boolean, last: unknown): void {
  useEffect(() => {
    if (!follow) return;
    // In the frame's own layout, not by one before it; lines that come into sight there may grow.
    const toEnd = () => box.current?.scrollTo({ top: box.current.scrollHeight });
    let frame = requestAnimationFrame(() => {
      toEnd();
      frame = requestAnimationFrame(toEnd);
    });
    return () => cancelAnimationFrame(frame);
  }, [box, follow, last]);
}

function Decisions({ run, box }: BoxProps) {
  const { t, i18n } = useTranslation("run");
  const { decisions, warnings } = run.state;
  const row = (body: (typeof decisions)[number], mark: ReactNode) => (
    <div key={body.message}>
      <span className="lg">{mark}</span>
      <span>{bodySentence(body, i18n.language as PageLanguage)}</span>
    </div>
  );
  return (
    <div className="log plain" tabIndex={0} role="region" aria-label={t("decisions")} ref={box}>
      {warnings.map((body) => row(body, <Icon name="warning" small />))}
      {decisions.map((body) => row(body, <Icon name="check" small />))}
    </div>
  );
}

function WorkerLog({ run, box, follow }: BoxProps & { follow: boolean }) {
  const { t } = useTranslation("run");
  const { data } = useQuery({
    ...queries.log(run.project, run.id),
    refetchInterval: run.state.status === "running" ? 5000 : false,
  });
  useFollow(box, follow, data?.bytes);
  return (
    <div className="log text" tabIndex={0} role="region" aria-label={t("worker")} ref={box}>
      {data && (data.text || t("nothingPrinted"))}
    </div>
  );
}
