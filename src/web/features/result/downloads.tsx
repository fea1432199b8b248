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
    <section className="mt-6" aria-label={t("takeWithYou")}>
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
                  {t(`part_${file.part}`)}
                </a>
              </td>
              <td className="mono muted sm">{file.name}</td>
              <td className="num-r">{format.bytes(file.bytes)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
