import { useEffect, useRef } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "../../i18n/format.ts";
import type { Answer, Turn } from "./conversation.ts";

/** What was asked and answered; with two voices their answers stand one below the other. */
export function TurnList<V extends string>(props: {
  turns: readonly Turn<V>[];
  /** In the order in which they are shown. */
  voices: readonly { voice: V; name: string }[];
  label: string;
  answering: boolean;
  /** What stands there before the first question. */
  empty?: ReactNode;
}) {
  const { t } = useTranslation("chat");
  const end = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const list = end.current?.parentElement;
    // Whoever scrolled up to read is left there.
    if (list && list.scrollHeight - list.scrollTop - list.clientHeight < 160) {
      list.scrollTop = list.scrollHeight;
    }
  }, [props.turns]);
  return (
    <div
      className="turns"
      role="log"
      aria-label={props.label}
      aria-busy={props.answering}
      tabIndex={0}
    >
      {props.turns.length === 0 && props.empty}
      {props.turns.map((turn, index) => {
        const heard = props.voices.filter(({ voice }) => turn.answers[voice] !== undefined);
        return (
          <div key={index} className="exchange">
            <div className="turn you">
              <span className="vh">{t("you")}</span>
              {turn.question}
            </div>
            {heard.map(({ voice, name }) => (
              <div key={voice} className="turn it" data-voice={voice}>
                <span className={heard.length > 1 ? "voice" : "vh"}>{name}</span>
                <AnswerText answer={turn.answers[voice]} />
              </div>
            ))}
          </div>
        );
      })}
      <div ref={end} />
    </div>
  );
}

function AnswerText({ answer }: { answer: Answer | undefined }) {
  const { t } = useTranslation("chat");
  const format = useFormat();
  if (!answer) return null;
  const { text, end } = answer;
  return (
    <>
      {text}
      {end === null && <span className="caret" aria-hidden="true" />}
      {end !== null && (
        <p className={end.kind === "error" ? "sm err" : "sm muted"}>
          {end.kind === "error"
            ? end.message
            : end.kind === "cancelled"
              ? t("how_cancelled")
              : t("answered", {
                  tokens: format.number(end.tokens),
                  speed: format.number(end.tokens / Math.max(end.seconds, 0.001)),
                  how: t(`how_${end.reason}`),
                })}
        </p>
      )}
    </>
  );
}
