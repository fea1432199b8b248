import { useTranslation } from "react-i18next";
import type { ReplyOf } from "#contract/client.ts";
import { useFormat } from "../../../i18n/format.ts";

type ChangesReply = ReplyOf<"POST /api/projects/{project}/findings/preview">;

/** What a fix does, or what differs between versions: counts, then rows before and after. */
export function Changes({ changes }: { changes: ChangesReply }) {
  const { t } = useTranslation("findings");
  const format = useFormat();
  /** Who speaks, in the page's language; each turn begins behind a blank line. */
  const inWords = (text: string | null) =>
    text?.replaceAll(
      /(^|\n\n)(system|user|assistant|tool): /g,
      (_, blank: string, role: "system" | "user" | "assistant" | "tool") =>
        `${blank}${t(`role_${role}`)}: `,
    ) ?? null;
  const { changed, left_out: leftOut, brought_back: broughtBack, rows } = changes;
  return (
    <>
      <p>
        <b>{t("changes", { changed: format.number(changed), leftOut: format.number(leftOut) })}</b>
        {broughtBack > 0 && ` ${t("broughtBack", { n: format.number(broughtBack) })}`}
      </p>
      <ul className="row-changes" tabIndex={0} aria-label={t("changedRows")}>
        {rows.map((row) => (
          <li key={`${row.file}:${row.line}`}>
            <span className="mono sm muted">
              {row.file}:{row.line}
            </span>
            <div className="row-change">
              <Side label={t("before")} text={inWords(row.before)} absent={t("notThere")} />
              <Side label={t("after")} text={inWords(row.after)} absent={t("leftOut")} />
            </div>
          </li>
        ))}
      </ul>
      {rows.length < changed + leftOut + broughtBack && (
        <p className="sm muted">
          {t("firstChanges", {
            n: format.number(rows.length),
            all: format.number(changed + leftOut + broughtBack),
          })}
        </p>
      )}
    </>
  );
}

function Side(props: { label: string; text: string | null; absent: string }) {
  return (
    <div>
      <span className="sm muted">{props.label}</span>
      <p className="serif">{props.text ?? <i className="muted">{props.absent}</i>}</p>
    </div>
  );
}
