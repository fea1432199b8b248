import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { sections } from "#contract/parameters/types.ts";
import { queries } from "../../app/queries.ts";
import { useFormat } from "../../i18n/format.ts";
import { PageHead } from "../../shell/app-shell.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Note } from "../../ui/note.tsx";
import { Budget } from "./budget.tsx";
import { ParameterSection } from "./parameter-section.tsx";
import { PresetCards } from "./preset-cards.tsx";
import { useSettings } from "./use-settings.ts";
import { YamlView } from "./yaml-view.tsx";

export function TrainingPage({ project: slug }: { project: string }) {
  const { t } = useTranslation(["training", "common"]);
  const format = useFormat();
  const { data: project } = useQuery(queries.project(slug));
  const { data: runs } = useQuery(queries.runs(slug));
  const { data: plan } = useQuery({
    ...queries.plan(slug),
    enabled: project !== undefined && project.active_run === null,
  });
  const settings = useSettings(slug);
  const [view, setView] = useState<"form" | "yaml">("form");
  if (!project) return null;
  const active = runs?.runs.find((run) => run.id === project.active_run);
  const disabled = project.active_run !== null;
  const changed = sections
    .map((section) => Object.values(project[section]).filter((value) => value !== null).length)
    .reduce((sum, count) => sum + count, 0);
  return (
    <>
      <PageHead title={t("title")}>{t("lead")}</PageHead>
      <div className="page page-scroll">
        <div className="tr-grid">
          <div className="tr-main">
            <PresetCards
              project={slug}
              chosen={project.preset}
              disabled={disabled}
              onChoose={(preset) => void settings.applyPreset(preset)}
            />
            <div className="sec-head adv mt-6">
              <h2 className="big">{t("advanced")}</h2>
              <span className="muted">
                {changed === 0 ? t("allDefault") : t("changed", { count: changed })}
              </span>
              <span className="end row gap-3">
                {settings.saved.kind === "saved" && (
                  <span className="saved" role="status">
                    <Icon name="check" small />
                    {t("common:saved", { time: format.time(settings.saved.at) })}
                  </span>
                )}
                <span className="seg seg-sm" role="group" aria-label={t("view")}>
                  {(["form", "yaml"] as const).map((name) => (
                    <button
                      key={name}
                      type="button"
                      aria-pressed={view === name}
                      onClick={() => setView(name)}
                    >
                      {t(name)}
                    </button>
                  ))}
                </span>
              </span>
            </div>
            {active && (
              <Note
                tone="info"
                title={t("lockedTitle", { number: active.number })}
                actions={
                  <Link
                    className="link"
                    to="/projects/$project/runs/$run"
                    params={{ project: slug, run: active.id }}
                  >
                    {t("goToRun")}
                  </Link>
                }
              >
                {t("lockedBody")}
              </Note>
            )}
            {view === "yaml" ? (
              <YamlView project={project} settings={settings} disabled={disabled} />
            ) : (
              sections.map((section, index) => (
                <ParameterSection
                  key={section}
                  section={section}
                  project={project}
                  device={plan?.spec.device.type ?? "cpu"}
                  settings={settings}
                  disabled={disabled}
                  open={index === 0}
                />
              ))
            )}
          </div>
          <Budget project={slug} disabled={disabled} />
        </div>
      </div>
    </>
  );
}
