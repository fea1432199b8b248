import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ReplyOf } from "#contract/client.ts";
import { api, sentenceOf } from "../../app/api.ts";
import { useFormat } from "../../i18n/format.ts";
import { Icon } from "../../ui/icon.tsx";

type Run = ReplyOf<"GET /api/projects/{project}/runs/{run}">;
interface Turn {
  role: "user" | "assistant";
  content: string;
  note?: string;
}

/** A conversation with the run's model, answered on this computer without Ollama. */
export function Chat({ run }: { run: Run }) {
  const { t } = useTranslation("result");
  const format = useFormat();
  const [turns, setTurns] = useState<Turn[]>([]);
  const [text, setText] = useState("");
  const stop = useRef<AbortController | null>(null);
  const [answering, setAnswering] = useState(false);
  const system = run.spec.modelfile["system"];

  async function send(): Promise<void> {
    const asked: Turn[] = [...turns, { role: "user", content: text.trim() }];
    let answer: Turn = { role: "assistant", content: "" };
    const show = () => setTurns([...asked, { ...answer }]);
    setText("");
    setAnswering(true);
    show();
    const abort = new AbortController();
    stop.current = abort;
    try {
      const stream = api.stream("POST /api/projects/{project}/runs/{run}/chat", {
        params: { project: run.project, run: run.id },
        json: { messages: asked.map(({ role, content }) => ({ role, content })) },
        signal: abort.signal,
      });
      for await (const event of stream) {
        if (event.type === "token") answer.content += event.text;
        else if (event.type === "error") answer.note = event.error.message;
        else {
          answer.note = t("answered", {
            tokens: format.number(event.tokens),
            speed: format.number(event.tokens / Math.max(event.seconds, 0.001)),
            how: t(`how_${event.reason}`),
          });
        }
        show();
      }
    } catch (error) {
      answer = {
        ...answer,
        note: abort.signal.aborted ? t("how_cancelled") : sentenceOf(error).message,
      };
      show();
    } finally {
      stop.current = null;
      setAnswering(false);
    }
  }

  return (
    <section className="chat" aria-label={t("tryIt")}>
      <div className="sec-head">
        <h2 className="big">{t("tryIt")}</h2>
        <span className="end">
          <button
            type="button"
            className="btn btn-quiet btn-icon btn-sm"
            aria-label={t("reset")}
            disabled={answering || turns.length === 0}
            onClick={() => setTurns([])}
          >
            <Icon name="plus" />
          </button>
        </span>
      </div>
      {typeof system === "string" && system !== "" && (
        <p className="sm muted mt-2">{t("standing", { text: system })}</p>
      )}
      <div className="turns" role="log" aria-label={t("tryIt")} tabIndex={0}>
        {turns.map((turn, index) => (
          <div key={index} className={turn.role === "user" ? "turn you" : "turn it"}>
            <span className="vh">{turn.role === "user" ? t("you") : t("model")}</span>
            {turn.content}
            {turn.note && <p className="sm muted">{turn.note}</p>}
          </div>
        ))}
      </div>
      <form
        className="ask"
        onSubmit={(event) => {
          event.preventDefault();
          if (text.trim() !== "" && !answering) void send();
        }}
      >
        <textarea
          className="textarea"
          rows={2}
          aria-label={t("ask")}
          placeholder={t("ask")}
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== "Enter" || event.shiftKey) return;
            event.preventDefault();
            event.currentTarget.form?.requestSubmit();
          }}
        />
        <div className="row mt-2" style={{ justifyContent: "flex-end" }}>
          {answering ? (
            <button type="button" className="btn" onClick={() => stop.current?.abort()}>
              <Icon name="stop" />
              {t("stop")}
            </button>
          ) : (
            <button type="submit" className="btn btn-primary" disabled={text.trim() === ""}>
              {t("send")}
            </button>
          )}
        </div>
      </form>
    </section>
  );
}
