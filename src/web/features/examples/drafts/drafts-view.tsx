import { useRef } from "react";
import { useTranslation } from "react-i18next";
import type { ProjectReply } from "#contract/routes/projects.ts";
import { api } from "../../../app/api.ts";
import { useFormat } from "../../../i18n/format.ts";
import { Icon } from "../../../ui/icon.tsx";
import { Note } from "../../../ui/note.tsx";
import { Progress } from "../../../ui/progress.tsx";
import { sendFile } from "../upload.ts";
import { DraftList } from "./draft-list.tsx";
import { OrderForm } from "./order-form.tsx";
import { useDrafts } from "./use-drafts.ts";

const types = ".txt,.md,.markdown,.html,.htm,.pdf,.docx";

/** From documents to drafts, and from drafts to rows that a person has approved. */
export function DraftsView({ project }: { project: ProjectReply }) {
  const { t } = useTranslation("drafts");
  const format = useFormat();
  const work = useDrafts(project.slug);
  const picker = useRef<HTMLInputElement>(null);
  const send = (file: File) =>
    sendFile(
      api.href("PUT /api/projects/{project}/documents/{file}", {
        params: { project: project.slug, file: file.name },
      }),
      file.name,
      file,
    );
  const { going, spent } = work;
  return (
    <div className="drafts">
      <p className="muted sm">{t("lead")}</p>
      {work.fault && <Note tone="bad" title={work.fault.message} code={work.fault.code} />}
      <h2>{t("documents")}</h2>
      <ul className="drafts-documents">
        {work.documents?.map(({ name, chunks }) => (
          <li key={name} className="row gap-2">
            <span className="mono sm">{name}</span>
            <span className="muted sm">
              {t("passages", { count: chunks, n: format.number(chunks) })}
            </span>
            <button
              type="button"
              className="btn btn-sm btn-quiet"
              aria-label={t("remove", { file: name })}
              onClick={() => void work.remove(name)}
            >
              <Icon name="close" small />
            </button>
          </li>
        ))}
      </ul>
      <input
        ref={picker}
        type="file"
        multiple
        hidden
        accept={types}
        onChange={(event) => {
          void work.add([...(event.target.files ?? [])], send);
          event.target.value = "";
        }}
      />
      <button type="button" className="btn btn-sm" onClick={() => picker.current?.click()}>
        <Icon name="plus" small />
        {t("add")}
      </button>
      {(work.documents?.length ?? 0) > 0 && (
        // Hidden, not taken away, so that what was typed is there for the next order.
        <div hidden={going !== undefined}>
          <OrderForm work={work} />
        </div>
      )}
      {going && (
        <div className="mt-3" role="status">
          <Progress
            value={going.total ? (going.done ?? 0) / going.total : undefined}
            label={t("drafting")}
          />
          <div className="row gap-2">
            <p className="sm muted grow">
              {t("progress", {
                done: format.number(going.done ?? 0),
                total: format.number(going.total ?? 0),
              })}
            </p>
            <button type="button" className="btn btn-sm" onClick={() => void work.cancel(going.id)}>
              {t("stop")}
            </button>
          </div>
        </div>
      )}
      {spent && (
        <p className="sm mt-3" role="status">
          {t("made", {
            count: spent.drafts,
            n: format.number(spent.drafts),
            tokens: format.number(spent.tokens),
          })}{" "}
          {spent.failed > 0 && t("failed", { count: spent.failed, n: format.number(spent.failed) })}
        </p>
      )}
      {work.drafts && <DraftList drafts={work.drafts} work={work} project={project} />}
    </div>
  );
}
