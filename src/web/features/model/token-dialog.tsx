import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ReplyOf } from "#contract/client.ts";
import { api, sentenceOf } from "../../app/api.ts";
import { queries, queryClient } from "../../app/queries.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { Icon } from "../../ui/icon.tsx";

/** Sets or removes the access token of the hub. It goes in, and never comes out again. */
export function TokenDialog(props: {
  open: boolean;
  hub: ReplyOf<"GET /api/models">["hub"] | undefined;
  onClose: () => void;
}) {
  const { t } = useTranslation("model");
  const [token, setToken] = useState("");
  const [error, setError] = useState<string | null>(null);
  const id = useId();
  const { hub } = props;
  const save = async (value: string | null) => {
    try {
      const reply = await api.request("PATCH /api/settings", {
        json: { hugging_face_token: value },
      });
      queryClient.setQueryData(queries.settings().queryKey, reply);
      await queryClient.invalidateQueries({ queryKey: ["models"] });
      setToken("");
      setError(null);
      props.onClose();
    } catch (cause) {
      setError(sentenceOf(cause).message);
    }
  };
  return (
    <Dialog
      open={props.open}
      title={t("token")}
      onClose={() => {
        setToken("");
        setError(null);
        props.onClose();
      }}
      actions={
        <>
          {hub?.token === "settings" && (
            <button type="button" className="btn" onClick={() => void save(null)}>
              {t("tokenRemove")}
            </button>
          )}
          <button
            type="submit"
            form={id}
            className="btn btn-primary"
            disabled={token.trim() === ""}
          >
            {t("tokenSave")}
          </button>
        </>
      }
    >
      <form
        id={id}
        className="stack-4"
        onSubmit={(event) => {
          event.preventDefault();
          void save(token.trim());
        }}
      >
        <p>{t("tokenAbout", { host: hub?.host ?? "" })}</p>
        {hub?.token && <p className="soft">{t("tokenFrom", { source: sourceWords(hub.token) })}</p>}
        <p>
          <a
            className="mlink"
            href={`${hub?.url ?? ""}/settings/tokens`}
            target="_blank"
            rel="noreferrer"
          >
            {t("tokenMake")}
            <Icon name="external" small />
          </a>
        </p>
        <div>
          <label htmlFor={`${id}-token`} className="strong">
            {t("token")}
          </label>
          <input
            id={`${id}-token`}
            className="input mt-1 mono"
            type="password"
            autoComplete="off"
            value={token}
            aria-invalid={error !== null || undefined}
            aria-describedby={error === null ? undefined : `${id}-error`}
            onChange={(event) => setToken(event.target.value)}
          />
          {error !== null && (
            <p id={`${id}-error`} className="err" role="alert">
              {error}
            </p>
          )}
        </div>
      </form>
    </Dialog>
  );

  function sourceWords(source: "settings" | "HF_TOKEN" | "token file"): string {
    if (source === "HF_TOKEN") return source;
    return t(source === "settings" ? "tokenHere" : "tokenFile");
  }
}
