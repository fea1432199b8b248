import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, sentenceOf } from "../../app/api.ts";
import { queries, queryClient } from "../../app/queries.ts";
import { useFormat } from "../../i18n/format.ts";
import { Confirm } from "../../ui/dialog.tsx";
import { say } from "../../ui/toast.tsx";

type Kind = "trash" | "checkpoints" | "merged" | "tokens" | "leftovers";

/** What of the workspace is safe to delete, by how much, and what is lost with it. */
export function DiskPanel() {
  const { t } = useTranslation("queue");
  const format = useFormat();
  const { data } = useQuery(queries.disk());
  const [asked, setAsked] = useState<Kind>();
  if (!data) return null;
  const list = data.reclaimable.filter(({ bytes }) => bytes > 0);
  const remove = async (kind: Kind) => {
    setAsked(undefined);
    try {
      const reply = await api.request("POST /api/disk/reclaim", { json: { kinds: [kind] } });
      queryClient.setQueryData(queries.disk().queryKey, reply);
      void queryClient.invalidateQueries({ queryKey: ["workspace"] });
      say(t("deleted"));
    } catch (error) {
      say(sentenceOf(error).message);
    }
  };
  const size = data.reclaimable.find(({ kind }) => kind === asked)?.bytes ?? 0;
  return (
    <section aria-label={t("diskTitle")}>
      <div className="sec-head mt-6">
        <h2 className="big">{t("diskTitle")}</h2>
      </div>
      {list.length === 0 && <p className="sm muted mt-2">{t("diskNothing")}</p>}
      {list.length > 0 && (
        <table className="table du">
          <tbody>
            {list.map(({ kind, bytes }) => (
              <tr key={kind}>
                <td>{t(`disk_${kind}`)}</td>
                <td className="num-r">{format.bytes(bytes)}</td>
                <td className="num-r">
                  <button
                    type="button"
                    className="btn btn-sm"
                    aria-label={t("deleteKind", { kind: t(`disk_${kind}`) })}
                    onClick={() => setAsked(kind)}
                  >
                    {t("delete")}
                  </button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <Confirm
        open={asked !== undefined}
        title={t("deleteTitle", { size: format.bytes(size) })}
        action={t("delete")}
        onConfirm={() => asked && void remove(asked)}
        onClose={() => setAsked(undefined)}
      >
        {asked && (
          <p>
            {t(`disk_${asked}`)}. {t(`delete_${asked}`)}
          </p>
        )}
      </Confirm>
    </section>
  );
}
