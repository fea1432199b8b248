import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { bodySentence } from "#contract/body-sentence.ts";
import type { ErrorBody } from "#contract/errors.ts";
import type { RunEvent } from "#contract/events.ts";
import { queries } from "../../app/queries.ts";
import { useFormat } from "../../i18n/format.ts";
import type { PageLanguage } from "../../i18n/index.ts";
import { Tabs } from "../../ui/tabs.tsx";

/** What happened, in words: decisions, steps, checkpoints; and what libraries printed. */
export function RunLog({ project, run }: { project: string; run: string }) {
  const { t } = useTranslation("run");
  const [tab, setTab] = useState("log");
  const { data } = useQuery(queries.events(project, run));
  const events = data?.events ?? [];
  const decisions = events.filter((event) => event.type === "decision");
  return (
    <section className="rn-log" aria-label={t("log")}>
      <Tabs
        value={tab}
        onChange={setTab}
        tabs={[
          { value: "log", label: t("log"), content: <Lines events={events} /> },
          {
            value: "decisions",
            label: t("decisions"),
            count: String(decisions.length),
            content: <Lines events={decisions} />,
          },
          {
            value: "worker",
            label: t("worker"),
            content: <WorkerLog project={project} run={run} />,
          },
        ]}
      />
    </section>
  );
}

const shownLines = 400;

function Lines({ events }: { events: readonly RunEvent[] }) {
  const { t } = useTranslation("run");
  const format = useFormat();
  const say = useEventText();
  const lines = events.flatMap((event) => {
    const text = say(event);
    return text === undefined ? [] : [{ event, text }];
  });
  return (
    <div className="log" tabIndex={0} role="log" aria-label={t("log")}>
      {lines.slice(-shownLines).map(({ event, text }) => (
        <div key={event.seq}>
          <time dateTime={event.time}>{format.clock(event.time)}</time>
          <span className="lg">{event.type.split(".")[0]}</span>
          <span>{text}</span>
        </div>
      ))}
    </div>
  );
}

function useEventText(): (event: RunEvent) => string | undefined {
  const { t, i18n } = useTranslation("run");
  const format = useFormat();
  const inWords = (body: ErrorBody) => bodySentence(body, i18n.language as PageLanguage);
  const number = (value: number | null) => (value === null ? "–" : format.number(value, 3));
  return (event) => {
    switch (event.type) {
      case "decision":
      case "warning":
        return inWords(event);
      case "error":
      case "run.failed":
        return inWords(event.error);
      case "stage.started":
        return `${t(`stage_${event.stage}`)}: ${t("log_started")}`;
      case "stage.finished":
        return `${t(`stage_${event.stage}`)}: ${t("log_finished", {
          time: `${format.number(event.seconds, 1)} s`,
        })}`;
      case "stage.skipped":
        return `${t(`stage_${event.stage}`)}: ${inWords(event.reason)}`;
      case "train.step":
        return t("log_step", {
          step: event.step,
          loss: number(event.loss),
          rate: event.learningRate === null ? "–" : format.significant(event.learningRate),
        });
      case "train.evaluated":
        return t(event.best ? "log_evaluatedBest" : "log_evaluated", { loss: number(event.loss) });
      case "train.checkpoint":
        return t("log_checkpoint", { step: event.step });
      case "train.resumed":
        return t("log_resumed", { step: event.step });
      case "train.early_stopped":
        return t("log_stopped", { patience: event.patience });
      case "log":
        return event.text;
      default:
        return undefined;
    }
  };
}

function WorkerLog({ project, run }: { project: string; run: string }) {
  const { t } = useTranslation("run");
  const { data } = useQuery(queries.log(project, run));
  return (
    <pre className="log" tabIndex={0}>
      {data?.text || t("nothingPrinted")}
    </pre>
  );
}
