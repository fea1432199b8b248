import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { sentenceOf } from "../../app/api.ts";
import { queries } from "../../app/queries.ts";
import { applyTheme, storedTheme, type Theme } from "../../app/theme.ts";
import { languages, setLanguage, type PageLanguage } from "../../i18n/index.ts";
import { PageHead } from "../../shell/app-shell.tsx";
import { LoadFault } from "../../shell/load-fault.tsx";
import { Select } from "../../ui/select.tsx";
import { say } from "../../ui/toast.tsx";
import { AutoResume } from "../queue/auto-resume.tsx";
import { DiskPanel } from "../queue/disk-panel.tsx";
import { DiskUse } from "../queue/disk-use.tsx";
import { Connections } from "./connections.tsx";
import { Engine } from "./engine.tsx";
import { saveSettings } from "./save-settings.ts";
import { SettingRow } from "./setting-row.tsx";
import { ThisComputer } from "./this-computer.tsx";

/** What holds for all projects, and what this computer has. */
export function SettingsPage() {
  const { t } = useTranslation("pages");
  const { data, error, refetch } = useQuery(queries.settings());
  if (error && !data) return <LoadFault error={error} onRetry={() => void refetch()} />;
  return (
    <>
      <PageHead title={t("settingsTitle")}>{t("settingsLead")}</PageHead>
      <div className="page page-scroll">
        <div className="st-grid">
          <div>
            <Look />
            {data && <Connections settings={data} />}
            {data && <Runs autoResume={data.auto_resume} />}
            <Engine />
          </div>
          <div>
            <ThisComputer />
            <DiskPanel />
            <DiskUse />
          </div>
        </div>
      </div>
    </>
  );
}

/** Saves a choice at once; what went wrong is said. */
async function store(json: Parameters<typeof saveSettings>[0], saved: string): Promise<void> {
  try {
    await saveSettings(json);
    say(saved);
  } catch (error) {
    say(sentenceOf(error).message);
  }
}

const languageNames: Record<PageLanguage, string> = { en: "English", de: "Deutsch" };
const themes = ["system", "light", "dark"] as const;

function Look() {
  const { t, i18n } = useTranslation("pages");
  const [theme, setTheme] = useState<Theme>(storedTheme());
  return (
    <section aria-label={t("look")}>
      <div className="sec-head">
        <h2 className="big">{t("look")}</h2>
      </div>
      <SettingRow name={t("language")} hint={t("atOnce")}>
        <Select
          label={t("language")}
          value={i18n.language}
          options={languages.map((value) => ({ value, label: languageNames[value] }))}
          onChange={(value) => {
            void setLanguage(value as PageLanguage);
            void store({ language: value as PageLanguage }, t("saved"));
          }}
        />
      </SettingRow>
      <SettingRow name={t("theme")}>
        <Select
          label={t("theme")}
          value={theme}
          options={themes.map((value) => ({ value, label: t(`theme_${value}`) }))}
          onChange={(value) => {
            applyTheme(value as Theme);
            setTheme(value as Theme);
            void store({ theme: value as Theme }, t("saved"));
          }}
        />
      </SettingRow>
    </section>
  );
}

function Runs({ autoResume }: { autoResume: boolean }) {
  const { t } = useTranslation("pages");
  return (
    <section aria-label={t("runs")}>
      <div className="sec-head mt-6">
        <h2 className="big">{t("runs")}</h2>
      </div>
      <AutoResume on={autoResume} onChange={(value) => store({ auto_resume: value }, t("saved"))} />
    </section>
  );
}
