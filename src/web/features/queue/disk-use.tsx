import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ReplyOf } from "#contract/client.ts";
import { api, sentenceOf } from "../../app/api.ts";
import { queries, queryClient } from "../../app/queries.ts";
import { useFormat } from "../../i18n/format.ts";
import { Confirm } from "../../ui/dialog.tsx";
import { say } from "../../ui/toast.tsx";

type Part = ReplyOf<"GET /api/disk/use">["parts"][number];

/** Every part of the workspace by project, in use or safe to delete. Measured when it is opened. */
export function DiskUse() {
  const { t } = useTranslation("queue");
  const [open, setOpen] = useState(false);
  const [asked, setAsked] = useState<Part>();
  const format = useFormat();
  const { data, error } = useQuery({ ...queries.diskUse(), enabled: open });
  const remove = async (part: Part) => {
    try {
      const json = { paths: [part.path] };
      const reply = await api.request("POST /api/disk/use/delete", { json });
      queryClient.setQueryData(queries.diskUse().queryKey, reply);
      void queryClient.invalidateQueries({ queryKey: queries.disk().queryKey, exact: true });
      say(t("deleted"));
    } catch (fault) {
      say(sentenceOf(fault).message);
    }
  };
  const byOwner = Object.entries(Object.groupBy(data?.parts ?? [], (part) => part.project ?? ""));
  return (
    <details className="mt-6" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="strong">{t("useTitle")}</summary>
      {open && !data && (
        <p className="soft mt-3 late" role="status">
          {error ? sentenceOf(error).message : t("useMeasuring")}
        </p>
      )}
      {byOwner.map(([owner, parts = []]) => (
        <section key={owner} className="mt-4" aria-label={owner || t("useOwn")}>
          <h3 className="strong">
            {owner || t("useOwn")}{" "}
            <span className="muted">
              {format.bytes(parts.reduce((sum, { bytes }) => sum + bytes, 0))}
            </span>
          </h3>
          <table className="table du">
            <tbody>
              {parts.map((part) => (
                <PartRow key={part.path} part={part} onDelete={() => setAsked(part)} />
              ))}
            </tbody>
          </table>
        </section>
      ))}
      <Confirm
        open={asked !== undefined}
        title={t("deleteTitle", { size: format.bytes(asked?.bytes ?? 0) })}
        action={t("delete")}
        onConfirm={() => asked && void remove(asked)}
        onClose={() => setAsked(undefined)}
      >
        {asked && (
          <p>
            <span className="mono">{asked.path}</span>: {t(`use_${asked.kind}`)}.
          </p>
        )}
      </Confirm>
    </details>
  );
}

function PartRow({ part, onDelete }: { part: Part; onDelete: () => void }) {
  const { t } = useTranslation("queue");
  const format = useFormat();
  const what = t(`use_${part.kind}`);
  return (
    <tr>
      <td>
        {part.run === null ? what : t("useOfRun", { number: part.run, what })}
        <div className="sm muted mono">{part.path}</div>
      </td>
      <td className="num-r">{format.bytes(part.bytes)}</td>
      <td className="num-r">
        {part.safe ? (
          <button
            type="button"
            className="btn btn-sm"
            aria-label={t("deleteKind", { kind: part.path })}
            onClick={onDelete}
          >
            {t("delete")}
          </button>
        ) : (
          <span className="muted">{t("useKept")}</span>
        )}
      </td>
    </tr>
  );
}
