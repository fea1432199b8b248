import { useState } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "../../i18n/format.ts";

export interface Tokens {
  ids: readonly number[];
  labels: readonly number[];
  pieces: readonly string[];
  special: readonly number[];
}

const ignored = -100;
const shownAtFirst = 2000;

/**
 * A row token by token. What is learned is shaded and underlined, and told to screen readers where
 * it begins and ends; control tokens and line ends are visible.
 */
export function TokenView({ ids, labels, pieces, special }: Tokens) {
  const { t } = useTranslation("examples");
  const format = useFormat();
  const [all, setAll] = useState(false);
  const shown = all ? ids.length : Math.min(ids.length, shownAtFirst);
  const control = new Set(special);
  const runs: { learned: boolean; tokens: ReactNode[] }[] = [];
  for (let at = 0; at < shown; at++) {
    const learned = labels[at] !== ignored;
    const token = (
      <Token
        key={at}
        id={ids[at] ?? 0}
        piece={pieces[at] ?? ""}
        learned={learned}
        control={control.has(at)}
      />
    );
    const run = runs.at(-1);
    if (run?.learned === learned) run.tokens.push(token);
    else runs.push({ learned, tokens: [token] });
  }
  return (
    <div className="tokens mt-3">
      {runs.map(({ learned, tokens }, index) =>
        learned ? (
          <mark key={index}>
            <span className="vh">{t("learnedBegin")} </span>
            {tokens}
            <span className="vh"> {t("learnedEnd")}</span>
          </mark>
        ) : (
          tokens
        ),
      )}
      {shown < ids.length && (
        <button type="button" className="link sm" onClick={() => setAll(true)}>
          {t("allTokens", { n: format.number(ids.length) })}
        </button>
      )}
    </div>
  );
}

function Token(props: { id: number; piece: string; learned: boolean; control: boolean }) {
  const { piece, learned, control } = props;
  const blank = !control && piece.trim() === "";
  const className = `t${learned ? " L" : ""}${control ? " sp" : ""}${blank ? " ws" : ""}`;
  return (
    <span className={className} data-token={props.id} title={String(props.id)}>
      {piece === "" ? "·" : <Visible text={piece} blank={blank} />}
    </span>
  );
}

/** Line ends and tabs as signs, followed by what they do. */
function Visible({ text, blank }: { text: string; blank: boolean }) {
  if (!/[\n\t]/.test(text)) return blank ? text.replaceAll(" ", "\u2423") : text;
  return text.split(/(?<=\n)/).map((line, index) => (
    <span key={index}>
      {line.replace("\n", "").replaceAll("\t", "⇥")}
      {line.endsWith("\n") && (
        <>
          <i className="ws">↵</i>
          {"\n"}
        </>
      )}
    </span>
  ));
}
