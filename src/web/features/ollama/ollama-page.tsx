import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, sentenceOf } from "../../app/api.ts";
import { queries, queryClient } from "../../app/queries.ts";
import { useFormat } from "../../i18n/format.ts";
import { PageHead } from "../../shell/app-shell.tsx";
import { Confirm } from "../../ui/dialog.tsx";
import { Empty } from "../../ui/empty.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Note } from "../../ui/note.tsx";
import { say } from "../../ui/toast.tsx";

export function OllamaPage() {
  const { t } = useTranslation("pages");
  const format = useFormat();
  const { data: ollama } = useQuery(queries.ollama());
  const models = useQuery(queries.ollamaModels());
  const [removing, setRemoving] = useState<string | null>(null);
  const list = models.data?.models ?? [];
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
        {list.length === 0 ? (
          <Empty title={t("ollamaEmpty")}>{t("ollamaEmptyBody")}</Empty>
        ) : (
          <div className="table-scroll" tabIndex={0} role="region" aria-label={t("ollamaTitle")}>
            <table className="table">
              <thead>
                <tr>
                  <th scope="col">{t("name")}</th>
                  <th scope="col">{t("project")}</th>
                  <th scope="col">{t("status")}</th>
                  <th scope="col" className="num-r">
                    {t("size")}
                  </th>
                  <th scope="col">{t("deployed")}</th>
                  <th scope="col">
                    <span className="vh">{t("removeModel", { name: "" })}</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {list.map((model) => (
                  <tr key={model.name}>
                    <td className="mono">{model.name}</td>
                    <td>
                      <Link
                        className="link"
                        to="/projects/$project/runs/$run"
                        params={{ project: model.project, run: model.run }}
                      >
                        {model.project}
                      </Link>
                    </td>
                    <td>{t(`state_${model.state}`)}</td>
                    <td className="num-r">
                      {model.bytes === null ? "–" : format.bytes(model.bytes)}
                    </td>
                    <td className="nowrap">{format.ago(model.deployed_at)}</td>
                    <td className="num-r">
                      <button
                        type="button"
                        className="btn btn-quiet btn-icon btn-sm"
                        aria-label={t("removeModel", { name: model.name })}
                        onClick={() => setRemoving(model.name)}
                      >
                        <Icon name="trash" />
                      </button>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </div>
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
