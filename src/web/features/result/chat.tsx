import { Suspense, lazy, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ReplyOf } from "#contract/client.ts";
import type { SectionValues } from "#contract/parameters/types.ts";
import { api } from "../../app/api.ts";
import { useFormat } from "../../i18n/format.ts";
import { Icon } from "../../ui/icon.tsx";
import { AskForm } from "../chat/ask-form.tsx";
import { useConversation } from "../chat/conversation.ts";
import { TurnList } from "../chat/turn-list.tsx";
import { BaseVoice, useBaseReady } from "./base-voice.tsx";

// The form of parameters brings the registry along: only for whoever opens it.
const ChatSettings = lazy(async () => ({
  default: (await import("./chat-settings.tsx")).ChatSettings,
}));

type Run = ReplyOf<"GET /api/projects/{project}/runs/{run}">;
type Voice = "tuned" | "base";

/** A conversation with the run's model, beside its base if wanted, answered here without Ollama. */
export function Chat({ run }: { run: Run }) {
  const { t } = useTranslation("chat");
  const format = useFormat();
  const [both, setBoth] = useState(false);
  const [changes, setChanges] = useState<SectionValues>({});
  const [choosing, setChoosing] = useState(false);
  const ready = useBaseReady(run, both);
  const talk = useConversation<Voice>((model, messages, signal) =>
    api.stream("POST /api/projects/{project}/runs/{run}/chat", {
      params: { project: run.project, run: run.id },
      json: { messages, model, modelfile_config: changes },
      signal,
    }),
  );
  const inEffect = { ...run.spec.modelfile, ...changes };
  const { system, temperature, num_ctx: context } = inEffect;
  const shown = [
    typeof temperature === "number" ? format.significant(temperature) : "–",
    typeof context === "number" ? format.number(context) : "–",
  ].join(" · ");
  const changed = Object.keys(changes).length;
  const withBase = both && ready === true;
  const ask = (question: string) =>
    void talk.send(question, withBase ? ["base", "tuned"] : ["tuned"]);
  const questions = suggested(run.report?.answers.map(({ prompt }) => prompt) ?? []);
  return (
    <section className={both ? "chat wide" : "chat"} aria-label={t("tryIt")}>
      <div className="sec-head">
        <h2 className="big">{t("tryIt")}</h2>
        <span className="end row">
          <button
            type="button"
            className="btn btn-quiet btn-sm"
            title={t("settingsShort")}
            onClick={() => setChoosing(true)}
          >
            <Icon name="gear" small />
            <span className="vh">{t("settings")}</span>
            {shown}
            {changed > 0 && <span className="chip accent">{t("changed", { count: changed })}</span>}
          </button>
          <button
            type="button"
            className="btn btn-quiet btn-icon btn-sm"
            aria-label={t("reset")}
            disabled={talk.answering || talk.turns.length === 0}
            onClick={talk.reset}
          >
            <Icon name="plus" />
          </button>
        </span>
      </div>
      {typeof system === "string" && system !== "" && (
        <p className="sm muted mt-2">{t("standing", { text: system })}</p>
      )}
      <TurnList
        turns={talk.turns}
        voices={[
          { voice: "base", name: t("base") },
          { voice: "tuned", name: t("tuned") },
        ]}
        label={t("tryIt")}
        answering={talk.answering}
        empty={
          <Suggestions
            questions={questions}
            disabled={both && !withBase}
            onAsk={(question) => ask(question)}
          />
        }
      />
      {both && <BaseVoice run={run} />}
      <AskForm
        answering={talk.answering}
        disabled={both && !withBase}
        onSend={ask}
        onStop={talk.stop}
      >
        <label className="switch-line">
          <input
            type="checkbox"
            role="switch"
            className="switch"
            checked={both}
            disabled={talk.answering}
            onChange={(event) => setBoth(event.target.checked)}
          />
          <span>{t("showBase")}</span>
        </label>
      </AskForm>
      {choosing && (
        <Suspense fallback={null}>
          <ChatSettings
            spec={run.spec}
            changes={changes}
            onChange={setChanges}
            onClose={() => setChoosing(false)}
          />
        </Suspense>
      )}
    </section>
  );
}

const mostSuggested = 3;
const longestSuggested = 120;

/** Some questions that the model never saw, from all over the list. */
function suggested(prompts: readonly string[]): string[] {
  const short = [...new Set(prompts)].filter(
    (text) => text.length <= longestSuggested && !text.includes("\n"),
  );
  const apart = Math.max(1, Math.floor(short.length / mostSuggested));
  return short.filter((_, index) => index % apart === 0).slice(0, mostSuggested);
}

/** What to do here, for whoever sees it first: a question to click, or one of one's own. */
function Suggestions(props: {
  questions: readonly string[];
  disabled: boolean;
  onAsk: (question: string) => void;
}) {
  const { t } = useTranslation("chat");
  return (
    <div className="suggest">
      <p className="muted">{t(props.questions.length > 0 ? "beginWith" : "begin")}</p>
      <ul>
        {props.questions.map((question) => (
          <li key={question}>
            <button
              type="button"
              className="link serif"
              disabled={props.disabled}
              onClick={() => props.onAsk(question)}
            >
              {question}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
