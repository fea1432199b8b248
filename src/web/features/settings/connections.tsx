import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { SettingsReply } from "./save-settings.ts";
import { saveSettings } from "./save-settings.ts";
import { queries } from "../../app/queries.ts";
import { Mark } from "../../ui/mark.tsx";
import { say } from "../../ui/toast.tsx";
import { TextSetting } from "./text-setting.tsx";

/** Where finished models go, and who the hub takes this computer for. */
export function Connections({ settings }: { settings: SettingsReply }) {
  const { t } = useTranslation(["pages", "model"]);
  const { hugging_face_token_set: isSet } = settings;
  const save = async (change: Parameters<typeof saveSettings>[0]) => {
    await saveSettings(change);
    say(t("saved"));
  };
  return (
    <section aria-label={t("connections")}>
      <div className="sec-head mt-6">
        <h2 className="big">{t("connections")}</h2>
      </div>
      <TextSetting
        // What another tab or the terminal stored is shown at once.
        key={settings.ollama_address}
        name={t("ollamaAddress")}
        hint={t("ollamaAddressHint")}
        initial={settings.ollama_address ?? ""}
        onSave={(value) => save({ ollama_address: value === "" ? null : value })}
        actions={<TryOllama />}
      >
        <OllamaState />
      </TextSetting>
      <TextSetting
        name={t("token")}
        hint={
          <>
            {t("tokenHint")}{" "}
            <a
              className="link"
              href="https://huggingface.co/settings/tokens"
              target="_blank"
              rel="noreferrer"
            >
              {t("model:tokenMake")}
            </a>
          </>
        }
        initial=""
        secret
        onSave={(value) => save({ hugging_face_token: value })}
        actions={
          isSet && (
            <button
              type="button"
              className="btn"
              onClick={() => void save({ hugging_face_token: null })}
            >
              {t("tokenForget")}
            </button>
          )
        }
      >
        {isSet ? (
          <Mark tone="good">{t("tokenSet")}</Mark>
        ) : (
          <Mark tone="none">{t("tokenNone")}</Mark>
        )}
      </TextSetting>
    </section>
  );
}

function TryOllama() {
  const { t } = useTranslation("pages");
  const { refetch, isFetching } = useQuery(queries.ollama());
  return (
    <button type="button" className="btn" disabled={isFetching} onClick={() => void refetch()}>
      {t("try")}
    </button>
  );
}

function OllamaState() {
  const { t } = useTranslation("pages");
  const { data } = useQuery(queries.ollama());
  if (!data)
    return (
      <p className="muted late" role="status">
        {t("ollamaAsking")}
      </p>
    );
  const { usable, version, address, error } = data;
  return usable && version !== null ? (
    <Mark tone="good">{t("ollamaReady", { version, address: address ?? "" })}</Mark>
  ) : (
    <p role="status">
      <Mark tone="bad">{t("ollamaMissing")}</Mark> <span className="soft">{error?.message}</span>
    </p>
  );
}
