import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ProjectReply } from "#contract/routes/projects.ts";
import { useFormat } from "../../../i18n/format.ts";
import type { Draft, Drafts, useDrafts } from "./use-drafts.ts";

type Work = ReturnType<typeof useDrafts>;

/** Drafts that wait to be read, each with the passage that it was made from. */
export function DraftList(props: { drafts: Drafts; work: Work; project: ProjectReply }) {
  const { drafts, work, project } = props;
  const { t } = useTranslation("drafts");
  const format = useFormat();
  const { draft: open, approved, rejected } = drafts.counts;
  if (open + approved + rejected === 0) return null;
  return (
    <section>
      <div className="row wrap gap-2 mt-4">
        <h2 className="grow">
          {t("counts", {
            open: format.number(open),
            approved: format.number(approved),
            rejected: format.number(rejected),
          })}
        </h2>
        {open > 0 && (
          <button
            type="button"
            className="btn btn-sm"
            onClick={() => void work.change({ ids: null, state: "approved" })}
          >
            {t("approveAll")}
          </button>
        )}
        <button
          type="button"
          className="btn btn-sm btn-primary"
          disabled={approved === 0 || project.active_run !== null}
          onClick={() => void work.publish()}
        >
          {t("publish")}
        </button>
      </div>
      <p className="sm muted">{t("approval")}</p>
      <ul className="drafts-list">
        {drafts.drafts.map((draft) => (
          <DraftItem key={draft.id} draft={draft} work={work} />
        ))}
      </ul>
    </section>
  );
}

function DraftItem({ draft, work }: { draft: Draft; work: Work }) {
  const { t } = useTranslation("drafts");
  const [question, setQuestion] = useState(draft.question);
  const [answer, setAnswer] = useState(draft.answer);
  const place = [
    draft.document,
    ...(draft.page === null ? [] : [t("page", { n: draft.page })]),
    ...draft.headings,
  ];
  const decide = (state: "approved" | "rejected") => {
    const words = {
      ...(question !== draft.question && { question }),
      ...(answer !== draft.answer && { answer }),
    };
    void work.change({ ids: [draft.id], state, ...words });
  };
  return (
    <li className="drafts-item">
      <p className="sm muted">{place.join(" › ")}</p>
      <textarea
        className="textarea serif"
        aria-label={t("question")}
        rows={2}
        value={question}
        onChange={(event) => setQuestion(event.target.value)}
      />
      <textarea
        className="textarea serif"
        aria-label={t("answer")}
        rows={3}
        value={answer}
        onChange={(event) => setAnswer(event.target.value)}
      />
      <details open>
        <summary className="sm">{t("passage")}</summary>
        <blockquote className="serif sm">{draft.passage}</blockquote>
      </details>
      <div className="row gap-2">
        <button
          type="button"
          className="btn btn-sm"
          disabled={question.trim() === "" || answer.trim() === ""}
          onClick={() => decide("approved")}
        >
          {t("approve")}
        </button>
        <button type="button" className="btn btn-sm btn-quiet" onClick={() => decide("rejected")}>
          {t("reject")}
        </button>
      </div>
    </li>
  );
}
