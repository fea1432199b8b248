import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ReplyOf } from "#contract/client.ts";
import { api, sentenceOf } from "../../app/api.ts";
import { queries, queryClient } from "../../app/queries.ts";
import { useFormat } from "../../i18n/format.ts";
import { PageHead } from "../../shell/app-shell.tsx";
import { Confirm } from "../../ui/dialog.tsx";
import { Empty } from "../../ui/empty.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Mark } from "../../ui/mark.tsx";
import { Menu } from "../../ui/menu.tsx";
import { Note } from "../../ui/note.tsx";
import { Table } from "../../ui/table.tsx";
import { say } from "../../ui/toast.tsx";
import { DeployDialog } from "../deploy/deploy-dialog.tsx";
import { DeployProgress } from "../deploy/deploy-progress.tsx";
import { OllamaChat } from "./ollama-chat.tsx";

const stateTones = { present: "good", replaced: "warn", gone: "none" } as const;

type Model = ReplyOf<"GET /api/ollama/models">["models"][number];

/** What is in Ollama from here, each with the run it came from, and what can be done with it. */
export function OllamaPage() {
  const { t } = useTranslation("pages");
  const format = useFormat();
  const { data: ollama } = useQuery(queries.ollama());
  const models = useQuery(queries.ollamaModels());
  const { data: all } = useQuery(queries.allRuns());
  const [removing, setRemoving] = useState<string | null>(null);
  const [talking, setTalking] = useState<string | null>(null);
  const [deploying, setDeploying] = useState<Model | null>(null);
  const list = models.data?.models ?? [];
  const numberOf = (model: Model) => all?.runs.find((run) => run.id === model.run)?.number;
  const { data: jobs } = useQuery(queries.jobs());
  const going = jobs?.jobs.find(({ kind, status }) => kind === "deploy" && status === "running");
  const ended = jobs?.jobs.filter(({ kind, status }) => kind === "deploy" && status !== "running");
  const endings = ended?.length;
  useEffect(() => {
    // What a deployment has changed there is read as soon as it ends.
    if (endings) void queryClient.invalidateQueries({ queryKey: ["ollama", "models"] });
  }, [endings]);
  const remove = async (model: string) => {
    try {
      await api.request("DELETE /api/ollama/models/{model}", { params: { model } });
      await queryClient.invalidateQueries({ queryKey: ["ollama"] });
    } catch (error) {
      say(sentenceOf(error).message);
    }
  };
  return (
    <>
      <PageHead title={t("ollamaTitle")}>{t("ollamaLead")}</PageHead>
      <div className="page page-scroll stack-4">
        {ollama?.usable && ollama.version && (
          <Note
            tone="good"
            title={t("ollamaReady", { version: ollama.version, address: ollama.address ?? "" })}
          />
        )}
        {ollama && !ollama.usable && (
          <Note tone="warn" title={t("ollamaMissing")} code={ollama.error?.code}>
            {ollama.error?.message}
          </Note>
        )}
        {going && (
          <section aria-label={t("deployAgain")}>
            <p>{t("deployingRun", { project: going.project ?? "" })}</p>
            <DeployProgress job={going} />
          </section>
        )}
        {models.error && ollama?.usable && <Note tone="bad" {...noteOf(models.error)} />}
        {models.isPending || (models.error && ollama?.usable) ? null : list.length === 0 ? (
          <Empty title={t("ollamaEmpty")}>{t("ollamaEmptyBody")}</Empty>
        ) : (
          <Table
            label={t("ollamaTitle")}
            className="in-ollama"
            columns={[
              t("name"),
              t("run"),
              t("status"),
              t("format"),
              { name: t("size"), numbers: true },
              t("deployed"),
              { name: t("actions"), unseen: true },
            ]}
          >
            {list.map((model) => (
              <tr key={model.name}>
                <td className="mono">{model.name}</td>
                <td>
                  <Link
                    className="link"
                    to="/projects/$project/$section"
                    params={{ project: model.project, section: "result" }}
                    search={{ run: model.run }}
                  >
                    {t("runOf", { project: model.project, number: numberOf(model) ?? "–" })}
                  </Link>
                </td>
                <td>
                  <Mark tone={stateTones[model.state]}>{t(`state_${model.state}`)}</Mark>
                </td>
                <td className="mono sm">{model.format}</td>
                <td className="num-r">{model.bytes === null ? "–" : format.bytes(model.bytes)}</td>
                <td className="nowrap">{format.ago(model.deployed_at)}</td>
                <td className="num-r">
                  <span className="row row-end gap-1">
                    <button
                      type="button"
                      className="btn btn-sm"
                      aria-label={t("chatWith", { name: model.name })}
                      disabled={model.state !== "present"}
                      onClick={() => setTalking(model.name)}
                    >
                      <Icon name="chat" />
                      {t("chat")}
                    </button>
                    <Menu
                      label={t("more", { name: model.name })}
                      entries={[
                        {
                          icon: "reset",
                          label: t("deployAgain"),
                          disabled: numberOf(model) === undefined,
                          onSelect: () => setDeploying(model),
                        },
                        {
                          icon: "trash",
                          label: t("removeModel", { name: model.name }),
                          danger: true,
                          onSelect: () => setRemoving(model.name),
                        },
                      ]}
                    />
                  </span>
                </td>
              </tr>
            ))}
          </Table>
        )}
      </div>
      {talking !== null && <OllamaChat model={talking} onClose={() => setTalking(null)} />}
      {deploying && (
        <DeployDialog
          project={deploying.project}
          run={deploying.run}
          name={deploying.name}
          onClose={() => setDeploying(null)}
        />
      )}
      {removing !== null && (
        <Confirm
          open
          title={t("removeTitle", { name: removing })}
          action={t("removeModel", { name: removing })}
          onConfirm={() => void remove(removing)}
          onClose={() => setRemoving(null)}
        >
          {t("removeBody")}
        </Confirm>
      )}
    </>
  );
}

function noteOf(error: unknown): { title: string; code?: string } {
  const { message, code } = sentenceOf(error);
  return { title: message, ...(code === undefined ? {} : { code }) };
}
