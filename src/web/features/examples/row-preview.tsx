import { useQuery, keepPreviousData } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { ReplyOf } from "#contract/client.ts";
import type { ProjectReply } from "#contract/routes/projects.ts";
import { api, sentenceOf } from "../../app/api.ts";
import { useFormat } from "../../i18n/format.ts";
import { Icon } from "../../ui/icon.tsx";
import { Mark } from "../../ui/mark.tsx";
import { Note } from "../../ui/note.tsx";
import { useReasons } from "./reasons.ts";
import { TokenView } from "./token-view.tsx";
import type { TableRow } from "./use-table.ts";

type Account = ReplyOf<"GET /api/projects/{project}/account">;

/** One row as the model will read it, token by token, with what is learned marked. */
export function RowPreview(props: {
  project: ProjectReply;
  account: Account | undefined;
  number: number;
  onNumber: (number: number) => void;
}) {
  const { t } = useTranslation("examples");
  const { project, account, number } = props;
  const rows = account?.ledger.rows ?? 0;
  const step = (by: number) => props.onNumber(Math.max(1, Math.min(rows, number + by)));
  return (
    <aside className="ex-side" aria-label={t("asRead")} tabIndex={0}>
      <div className="sec-head">
        <h2>{t("asRead")}</h2>
        <span className="end row gap-1">
          <button
            type="button"
            className="btn btn-quiet btn-icon btn-sm"
            aria-label={t("previous")}
            disabled={number <= 1}
            onClick={() => step(-1)}
          >
            <Icon name="up" />
          </button>
          <button
            type="button"
            className="btn btn-quiet btn-icon btn-sm"
            aria-label={t("following")}
            disabled={number >= rows}
            onClick={() => step(1)}
          >
            <Icon name="down" />
          </button>
        </span>
      </div>
      <Row project={project} account={account} number={number} />
    </aside>
  );
}

function Row(props: { project: ProjectReply; account: Account | undefined; number: number }) {
  const { project, account, number } = props;
  const { t } = useTranslation("examples");
  const reasons = useReasons();
  const params = { project: project.slug };
  const place = { offset: number - 1, limit: 1 };
  const row = useQuery({
    queryKey: ["project", project.slug, "table", "one", number],
    queryFn: ({ signal }) =>
      api.request("GET /api/projects/{project}/table", { params, query: place, signal }),
    placeholderData: keepPreviousData,
  });
  const tokens = useQuery({
    queryKey: ["project", project.slug, "tokens", number],
    queryFn: ({ signal }) =>
      api.request("GET /api/projects/{project}/tokens", { params, query: place, signal }),
    placeholderData: keepPreviousData,
    retry: false,
    enabled: account !== undefined && account.counts.state !== "unavailable",
  });
  const found = row.data?.rows[0];
  if (!found) return <p className="muted mt-3">{t("pickRow")}</p>;
  const [shown] = tokens.data?.rows ?? [];
  const limit = account?.counts.limit ?? null;
  return (
    <>
      <p className="sm muted mt-3 mono">
        {found.file}:{found.line}
      </p>
      {found.reason && (
        <p className="mt-2">
          <Mark tone="warn">{t(found.use === "left_out" ? "isLeftOut" : "isShortened")}</Mark>{" "}
          {reasons.sentence(found.reason)}
        </p>
      )}
      {shown && !("error" in shown) && found.content && (
        <Shown tokens={shown} number={number} limit={limit} project={project} />
      )}
      {shown && "error" in shown && !found.reason && (
        <Note tone="warn" title={reasons.sentence(shown.error)} />
      )}
      {(!shown || "error" in shown) && <Plain row={found} />}
      {account?.counts.state === "unavailable" && <Unavailable account={account} />}
      {tokens.error && <Note tone="warn" title={sentenceOf(tokens.error).message} />}
    </>
  );
}

function Shown(props: {
  tokens: Parameters<typeof TokenView>[0];
  number: number;
  limit: number | null;
  project: ProjectReply;
}) {
  const { tokens, limit, project } = props;
  const { t } = useTranslation("examples");
  const format = useFormat();
  const learned = tokens.labels.filter((label) => label >= 0).length;
  const all = tokens.ids.length;
  const { train_on: trainOn } = project.effective.training_config;
  const system = project.effective.modelfile_config["system"];
  return (
    <>
      <p className="mt-2 soft">
        {t("rowTokens", { row: format.number(props.number) })}{" "}
        <b>{t("nTokens", { count: all, n: format.number(all) })}</b>:{" "}
        <span className="muted">{t("nRead", { n: format.number(all - learned) })}</span>{" "}
        <span className="learn-key">{t("nLearned", { n: format.number(learned) })}</span>
      </p>
      {limit !== null && all > limit && (
        <p className="mt-2">
          <Mark tone="warn">
            {t("overLimit", { n: format.number(all), limit: format.number(limit) })}
          </Mark>
        </p>
      )}
      <TokenView {...tokens} />
      <p className="sm muted mt-3">{t("tokensHelp")}</p>
      <dl className="kv mt-4">
        <div>
          <dt>{t("learnedFrom")}</dt>
          <dd>{t(trainOn === "everything" ? "fromEverything" : "fromAnswers")}</dd>
        </div>
        <div>
          <dt>{t("systemPrompt")}</dt>
          <dd>
            {typeof system === "string" && system !== "" ? t("systemYours") : t("systemNone")}
          </dd>
        </div>
      </dl>
    </>
  );
}

/** The conversation as it stands in the file, where there are no tokens to show. */
function Plain({ row }: { row: TableRow }) {
  if (!row.content) return null;
  const { messages, text } = row.content;
  return (
    <div className="mt-2">
      {text !== undefined && <p className="serif mt-2">{text}</p>}
      {messages.map((message, index) => (
        <div key={index} className="mt-3">
          <span className="mono sm muted">{message.role}</span>
          <p className="serif">{message.content}</p>
        </div>
      ))}
    </div>
  );
}

/** No model, or no engine: said where the tokens would be, with the way to them. */
function Unavailable({ account }: { account: Account }) {
  const { t } = useTranslation("examples");
  const reasons = useReasons();
  const { error } = account.counts;
  return (
    <div className="mt-4">
      <Note
        tone="info"
        title={t("noTokens")}
        code={error?.code}
        actions={
          <Link
            className="btn btn-sm"
            to="/projects/$project/$section"
            params={(old) => ({ project: old.project ?? "", section: "model" })}
          >
            {t("toModel")}
          </Link>
        }
      >
        {error && reasons.sentence(error)}
      </Note>
    </div>
  );
}
