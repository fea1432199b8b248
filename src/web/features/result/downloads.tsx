import { useTranslation } from "react-i18next";
import type { ReplyOf } from "#contract/client.ts";
import { api } from "../../app/api.ts";
import { useFormat } from "../../i18n/format.ts";
import { Icon } from "../../ui/icon.tsx";

type Run = ReplyOf<"GET /api/projects/{project}/runs/{run}">;

/** Everything the run made, as downloads. */
export function Downloads({ run }: { run: Run }) {
  const { t } = useTranslation("result");
  const format = useFormat();
  return (
    <section aria-label={t("takeWithYou")}>
      <div className="sec-head">
        <h2 className="big">{t("takeWithYou")}</h2>
      </div>
      <table className="table">
        <tbody>
          {run.files.map((file) => (
            <tr key={file.part}>
              <td>
                <a
                  className="row"
                  download={file.name}
                  href={api.href("GET /api/projects/{project}/runs/{run}/files/{part}", {
                    params: { project: run.project, run: run.id, part: file.part },
                  })}
                >
                  <Icon name="download" />
                  <span>
                    {t(`part_${file.part}`)} <span className="muted mono sm">{file.name}</span>
                  </span>
                </a>
              </td>
              <td className="num-r nowrap">{format.bytes(file.bytes)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
