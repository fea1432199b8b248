import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { api, sentenceOf } from "../../app/api.ts";
import { queries, queryClient } from "../../app/queries.ts";
import { applyTheme, storedTheme, type Theme } from "../../app/theme.ts";
import { languages, setLanguage, type PageLanguage } from "../../i18n/index.ts";
import { PageHead } from "../../shell/app-shell.tsx";
import { Select } from "../../ui/select.tsx";
import { say } from "../../ui/toast.tsx";
import { AutoResume } from "../queue/auto-resume.tsx";
import { DiskPanel } from "../queue/disk-panel.tsx";
import { ThisComputer } from "./this-computer.tsx";

const languageNames: Record<PageLanguage, string> = { en: "English", de: "Deutsch" };
const themes = ["system", "light", "dark"] as const;

export function SettingsPage() {
  const { t, i18n } = useTranslation("pages");
  const { data } = useQuery(queries.settings());
  const [theme, setTheme] = useState<Theme>(storedTheme());
  const save = async (json: Parameters<typeof patch>[0]) => {
    try {
      await patch(json);
      say(t("saved"));
    } catch (error) {
      say(sentenceOf(error).message);
    }
  };
  return (
    <>
      <PageHead title={t("settingsTitle")} />
      <div className="page page-scroll">
        <div className="st-grid">
          <div>
            <SettingRow name={t("language")}>
              <Select
                label={t("language")}
                value={i18n.language}
                options={languages.map((value) => ({ value, label: languageNames[value] }))}
                onChange={(value) => {
                  void setLanguage(value as PageLanguage);
                  void save({ language: value as PageLanguage });
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
                  void save({ theme: value as Theme });
                }}
              />
            </SettingRow>
            {data && (
              <>
                <TextSetting
                  name={t("ollamaAddress")}
                  hint={t("ollamaAddressHint")}
                  initial={data.ollama_address ?? ""}
                  onSave={(value) => save({ ollama_address: value === "" ? null : value })}
                />
                <TextSetting
                  name={t("token")}
                  hint={data.hugging_face_token_set ? t("tokenSet") : t("tokenHint")}
                  initial=""
                  secret
                  onSave={(value) => save({ hugging_face_token: value === "" ? null : value })}
                  {...(data.hugging_face_token_set
                    ? { onForget: () => save({ hugging_face_token: null }) }
                    : {})}
                />
              </>
            )}
            {data && (
              <AutoResume
                on={data.auto_resume}
                onChange={(value) => save({ auto_resume: value })}
              />
            )}
          </div>
          <div>
            <ThisComputer />
            <DiskPanel />
          </div>
        </div>
      </div>
    </>
  );
}

async function patch(json: {
  language?: PageLanguage;
  theme?: Theme;
  ollama_address?: string | null;
  hugging_face_token?: string | null;
  auto_resume?: boolean;
}): Promise<void> {
  const reply = await api.request("PATCH /api/settings", { json });
  queryClient.setQueryData(queries.settings().queryKey, reply);
  void queryClient.invalidateQueries({ queryKey: ["ollama"] });
}

function SettingRow({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="srow">
      <div>
        <b>{name}</b>
      </div>
      <div>{children}</div>
    </div>
  );
}

function TextSetting(props: {
  name: string;
  hint: string;
  initial: string;
  secret?: boolean;
  onSave: (value: string) => Promise<void>;
  onForget?: () => Promise<void>;
}) {
  const { t } = useTranslation("pages");
  const [value, setValue] = useState(props.initial);
  return (
    <SettingRow name={props.name}>
      <form
        className="row"
        onSubmit={(event) => {
          event.preventDefault();
          void props.onSave(value.trim()).then(() => props.secret && setValue(""));
        }}
      >
        <input
          className="input"
          type={props.secret ? "password" : "text"}
          autoComplete="off"
          aria-label={props.name}
          value={value}
          onChange={(event) => setValue(event.target.value)}
        />
        <button type="submit" className="btn" disabled={value.trim() === props.initial}>
          {t("saveToken")}
        </button>
        {props.onForget && (
          <button type="button" className="btn" onClick={() => void props.onForget?.()}>
            {t("tokenForget")}
          </button>
        )}
      </form>
      <p className="sm muted mt-1">{props.hint}</p>
    </SettingRow>
  );
}
