import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { modelName } from "../../app/model-name.ts";
import { queries } from "../../app/queries.ts";
import { useFormat } from "../../i18n/format.ts";
import { PageHead } from "../../shell/app-shell.tsx";
import { Empty } from "../../ui/empty.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Select } from "../../ui/select.tsx";
import { PassportDialog } from "../passport/passport-dialog.tsx";
import { Chat } from "./chat.tsx";
import { Downloads } from "./downloads.tsx";
import { OllamaPart } from "./ollama-part.tsx";
import { SideBySide } from "./side-by-side.tsx";
import { Verdict } from "./verdict.tsx";

/** Whether it got better, shown on questions the model never saw; then try it and take it away. */
export function ResultPage({ project }: { project: string }) {
  const { t } = useTranslation("result");
  const format = useFormat();
  const { data: list } = useQuery(queries.runs(project));
  const { run: chosen } = useSearch({ from: "/projects/$project/$section" });
  const navigate = useNavigate();
  const [passport, setPassport] = useState(false);
  const finished = list?.runs.filter((run) => run.state.status === "finished") ?? [];
  // The address may name a run that is gone by now.
  const id = finished.some((run) => run.id === chosen) ? chosen : finished[0]?.id;
  const { data: run } = useQuery({
    ...queries.run(project, id ?? ""),
    enabled: id !== undefined,
  });
  if (!list) return null;
  if (id === undefined) {
    return (
      <>
        <PageHead title={t("title")} />
        <div className="page page-scroll">
          <Empty
            title={t("emptyTitle")}
            actions={
              <Link
                className="btn btn-primary"
                to="/projects/$project/$section"
                params={{ project, section: "training" }}
              >
                {t("goToTraining")}
              </Link>
            }
          >
            {t("emptyBody")}
          </Empty>
        </div>
      </>
    );
  }
  if (!run) return null;
  return (
    <>
      <PageHead
        title={t("title")}
        actions={
          <>
            {finished.length > 1 && (
              <>
                <Select
                  label={t("chooseRun")}
                  value={id}
                  options={finished.map((one) => ({
                    value: one.id,
                    label: t("runOption", {
                      number: one.number,
                      time: format.ago(one.state.endedAt ?? one.spec.createdAt),
                    }),
                  }))}
                  onChange={(wanted) =>
                    void navigate({
                      to: "/projects/$project/$section",
                      params: { project, section: "result" },
                      search: { run: wanted },
                    })
                  }
                />
                <Link className="btn" to="/projects/$project/history" params={{ project }}>
                  {t("compareRuns")}
                </Link>
              </>
            )}
            <button type="button" className="btn" onClick={() => setPassport(true)}>
              <Icon name="file" />
              {t("passport")}
            </button>
          </>
        }
      >
        {t("lead", {
          number: run.number,
          model: modelName(run.spec.model.id),
          time: format.ago(run.state.endedAt ?? run.spec.createdAt),
        })}
      </PageHead>
      <div className="page page-scroll">
        {run.report && <Verdict report={run.report} />}
        <div className="rs-grid">
          <div className="rs-main">
            {run.report && run.report.answers.length > 0 && (
              <SideBySide key={run.id} answers={run.report.answers} />
            )}
            <div className="two-up">
              <OllamaPart key={run.id} run={run} />
              <Downloads run={run} />
            </div>
          </div>
          <Chat key={run.id} run={run} />
        </div>
      </div>
      {passport && <PassportDialog run={run} onClose={() => setPassport(false)} />}
    </>
  );
}
