import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { ReplyOf } from "#contract/client.ts";
import { queries } from "../../app/queries.ts";
import { useFormat } from "../../i18n/format.ts";
import { Icon } from "../../ui/icon.tsx";

type List = ReplyOf<"GET /api/models">;

/** What the needs are measured against, and with which settings. */
export function ThisComputer(props: {
  settings: List["settings"] | undefined;
  hub: List["hub"] | undefined;
  onToken: () => void;
}) {
  const { t } = useTranslation("model");
  const format = useFormat();
  const { data: system } = useQuery(queries.system());
  const { settings, hub } = props;
  return (
    <div className="thispc">
      <span className="row strong">
        <Icon name="chip" />
        {t("thisComputer")}
      </span>
      {system && (
        <>
          <span>{system.device.name}</span>
          <span>
            {t("memory", {
              free: format.bytes(system.device.free_bytes),
              total: format.bytes(system.device.memory_bytes),
            })}
          </span>
        </>
      )}
      {hub && <span>{t("disk", { free: format.bytes(hub.free_bytes) })}</span>}
      {settings && (
        <span className="muted">
          {t(settings.four_bit ? "needsFourBit" : "needs", {
            tokens: format.number(settings.max_length),
            rank: settings.rank,
          })}
        </span>
      )}
      {hub && (
        <button type="button" className="link" onClick={props.onToken}>
          {t(hub.token === null ? "tokenNone" : "tokenSet")}
        </button>
      )}
    </div>
  );
}
