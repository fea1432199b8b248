import { useTranslation } from "react-i18next";
import { bodySentence } from "#contract/body-sentence.ts";
import type { ReplyOf } from "#contract/client.ts";
import type { ErrorBody } from "#contract/errors.ts";
import { useFormat } from "../../i18n/format.ts";
import type { PageLanguage } from "../../i18n/index.ts";
import { Note } from "../../ui/note.tsx";

type ProofReply = ReplyOf<"GET /api/projects/{project}/runs/{run}/proof">;
type Difference = NonNullable<ProofReply["firstDifference"]>;
type Share = { equal: number; total: number };

/** What a real Ollama was asked and gave: the counts, or the first difference with its cause. */
export function ProofTable({ proof }: { proof: ProofReply }) {
  const { t } = useTranslation("deploy");
  const format = useFormat();
  const { stops, answers } = proof;
  const rows: [name: string, share: Share, more?: string | undefined][] = [
    [t("prompts"), proof.prompts],
    [t("tokenCounts"), proof.tokenCounts],
    [
      t("answers"),
      answers,
      answers.nearTies > 0 ? t("nearTies", { count: answers.nearTies }) : undefined,
    ],
    [t("settings"), proof.settings],
  ];
  if (proof.toolProof) {
    const more = t("toolRows", { count: proof.toolRows ?? 0 });
    rows.push([t("tools"), proof.toolProof, more]);
  }
  return (
    <table className="table">
      <caption className="vh">{t("proofCaption")}</caption>
      <tbody>
        {rows.map(([name, { equal, total }, more]) => (
          <tr key={name}>
            <th scope="row">
              {name}
              {more && <span className="muted sm"> {more}</span>}
            </th>
            <td className="num-r">
              {total === 0 ? (
                "–"
              ) : (
                <>
                  <b>{format.number(equal)}</b> {t("of", { total: format.number(total) })}
                </>
              )}
            </td>
          </tr>
        ))}
        {proof.toolRows !== undefined && !proof.toolProof && (
          <tr>
            <th scope="row">
              {t("tools")} <span className="muted sm">{t("toolsUnasked")}</span>
            </th>
            <td className="num-r">{t("toolRows", { count: proof.toolRows })}</td>
          </tr>
        )}
        {stops && (
          <tr>
            <th scope="row">
              {t("stops")}
              <span className="muted sm">
                {" "}
                {t("within", { limit: format.number(stops.limit) })}
              </span>
            </th>
            <td className="num-r">
              <b>{format.number(stops.stopped)}</b> {t("of", { total: format.number(stops.total) })}
            </td>
          </tr>
        )}
      </tbody>
    </table>
  );
}

/** Whether a proof of all other rows leaves rows with tools that Ollama reads otherwise. */
export const toolsDiffer = ({ toolProof }: ProofReply): boolean =>
  toolProof !== undefined && toolProof.differing.length > 0;

/** Rows with tools that Ollama reads otherwise: how many, why, and where each first parts. */
export function ToolsNote({ proof }: { proof: ProofReply }) {
  const { t, i18n } = useTranslation("deploy");
  const { toolProof, toolSummary } = proof;
  if (!toolSummary || !toolProof || !toolsDiffer(proof)) return null;
  const say = (body: ErrorBody): string => bodySentence(body, i18n.language as PageLanguage);
  return (
    <div className="mt-3">
      <Note tone="warn" title={t("toolsDiffer")}>
        {say(toolSummary)}
      </Note>
      {toolProof.differing.map(({ id, causes, difference }) => {
        const why = (
          <>
            <span className="mono">{id}</span> {causes.map(say).join(" ")}
          </>
        );
        if (!showsTokens(difference)) {
          return (
            <p key={id} className="mt-2 wrap-anywhere">
              {why}
            </p>
          );
        }
        return (
          <details key={id} className="mt-2">
            <summary className="wrap-anywhere">{why}</summary>
            <Tokens difference={difference} />
          </details>
        );
      })}
    </div>
  );
}

/** Why answers run on, where too many do. */
export function StopsNote({ proof }: { proof: ProofReply }) {
  const { t, i18n } = useTranslation("deploy");
  const { stops } = proof;
  if (!stops?.cause) return null;
  const [example] = stops.examples;
  return (
    <Note tone="warn" title={t("runsOn")}>
      {bodySentence({ code: stops.cause, params: {}, message: "" }, i18n.language as PageLanguage)}
      {example && (
        <p className="mono sm mt-1">
          {example.id}: …{example.tail}
        </p>
      )}
    </Note>
  );
}

/** Where Ollama first parts from training: both readings side by side, and the cause in words. */
export function NotProven({ proof }: { proof: ProofReply }) {
  const { t } = useTranslation("deploy");
  const { firstDifference: difference, error } = proof;
  return (
    <div className="mt-3">
      <Note tone="bad" title={t("notProven", { version: proof.ollamaVersion })} code={error?.code}>
        {error?.message}
      </Note>
      {difference && <Tokens difference={difference} />}
    </div>
  );
}

const showsTokens = ({ kind }: Difference): boolean => kind !== "refused" && kind !== "token_count";

function Tokens({ difference }: { difference: Difference }) {
  const { t } = useTranslation("deploy");
  if (!showsTokens(difference)) return null;
  const lines = [
    { name: t("inTraining"), token: difference.expected, after: difference.afterExpected },
    { name: t("inOllama"), token: difference.got, after: difference.afterGot },
  ];
  return (
    <figure className="mt-4">
      <figcaption className="sm muted">
        {t("parts", { conversation: difference.conversation, index: difference.index + 1 })}
      </figcaption>
      <div className="table-scroll" tabIndex={0} role="region" aria-label={t("firstDifference")}>
        <table className="table parting">
          <tbody>
            {lines.map(({ name, token, after }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td className="mono">
                  {difference.before.map((text, index) => (
                    <span key={index} className="ptok same">
                      {visible(text)}
                    </span>
                  ))}
                  <mark className="ptok">{token === null ? t("ends") : visible(token.text)}</mark>
                  {after.map((text, index) => (
                    <span key={index} className="ptok">
                      {visible(text)}
                    </span>
                  ))}
                </td>
                <td className="mono muted sm num-r">{token?.id ?? ""}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </figure>
  );
}

/** Blanks and line ends are what tokens most often differ in. */
const visible = (text: string): string =>
  text.replaceAll(" ", "␣").replaceAll("\n", "⏎").replaceAll("\t", "⇥");
