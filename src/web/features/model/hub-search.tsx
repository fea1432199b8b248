import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Model } from "#contract/routes/models.ts";
import { sentenceOf } from "../../app/api.ts";
import { queries } from "../../app/queries.ts";
import { Icon } from "../../ui/icon.tsx";
import { Note } from "../../ui/note.tsx";
import type { CardCircumstances } from "./model-actions.tsx";
import { ModelCard } from "./model-card.tsx";

/** What the hub found. */
export function HubSearch(props: {
  query: string;
  /** The models of this computer. */
  known: readonly Model[];
  card: CardCircumstances;
  onClose: () => void;
}) {
  const { t } = useTranslation("model");
  const { query, known, card } = props;
  const { data, error, isFetching, refetch } = useQuery(queries.hubSearch(query));
  const failure = error && sentenceOf(error);
  return (
    <section className="mfound" aria-label={t("found", { query })}>
      <div className="row row-between">
        <h2 className="big">{t("found", { query })}</h2>
        <button
          type="button"
          className="btn btn-quiet btn-icon btn-sm"
          aria-label={t("closeSearch")}
          onClick={props.onClose}
        >
          <Icon name="close" />
        </button>
      </div>
      <div aria-live="polite">
        {isFetching && <p className="muted">{t("searching", { host: card.hub?.host ?? "" })}</p>}
        {failure && !isFetching && (
          <Note
            tone="bad"
            title={failure.message}
            code={failure.code}
            actions={
              <button type="button" className="btn btn-sm" onClick={() => void refetch()}>
                {t("again")}
              </button>
            }
          />
        )}
        {data?.models.length === 0 && <p>{t("foundNothing")}</p>}
        {data && data.left_out > 0 && (
          <p className="muted sm">{t("leftOut", { count: data.left_out })}</p>
        )}
      </div>
      {data && data.models.length > 0 && (
        <ul className="ruled mgrid" aria-label={t("found", { query })}>
          {data.models.map((model) => (
            <ModelCard key={model.id} model={{ ...model, ...localOf(model, known) }} {...card} />
          ))}
        </ul>
      )}
    </section>
  );
}

/** What is here of it by now: the search itself is not made again. */
function localOf({ id }: Model, known: readonly Model[]): Partial<Model> {
  const local = known.find((model) => model.id === id);
  if (!local) return { state: "absent", done_bytes: null, total_bytes: null, revision: null };
  const { state, done_bytes, total_bytes, revision, memory } = local;
  return { state, done_bytes, total_bytes, revision, memory };
}
