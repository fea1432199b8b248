import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { bodySentence } from "#contract/body-sentence.ts";
import { queries } from "../../app/queries.ts";
import type { PageLanguage } from "../../i18n/index.ts";
import { useFormat } from "../../i18n/format.ts";
import { Fact } from "../../ui/fact.tsx";
import { Note } from "../../ui/note.tsx";

/** What this machine has, what is in the way, where the workspace lies and what takes its room. */
export function ThisComputer() {
  const { t, i18n } = useTranslation("pages");
  const format = useFormat();
  const { data: system } = useQuery(queries.system());
  const { data: workspace } = useQuery(queries.workspace());
  return (
    <section aria-label={t("computer")}>
      <div className="sec-head">
        <h2 className="big">{t("computer")}</h2>
      </div>
      {!system && (
        <p className="soft mt-3 late" role="status">
          {t("looking")}
        </p>
      )}
      {system && (
        <>
          <dl className="kv">
            <Fact name={t("system")}>{system.system.name}</Fact>
            <Fact name={t("processor")}>{system.processor.name}</Fact>
            <Fact name={t("memory")}>
              {t("memoryValue", {
                total: format.bytes(system.memory.total_bytes),
                free: format.bytes(system.memory.free_bytes),
              })}
            </Fact>
            <Fact name={t("device")}>{system.device.name}</Fact>
            <Fact name={t("trains")}>
              {system.trains.qlora === null
                ? t("trainsLora", { size: format.compact(system.trains.lora) })
                : t("trainsBoth", {
                    size: format.compact(system.trains.lora),
                    packed: format.compact(system.trains.qlora),
                  })}
            </Fact>
          </dl>
          {system.problems.map((problem) => (
            <Note key={problem.message} tone="warn" title={t("problems")} code={problem.code}>
              {bodySentence(problem, i18n.language as PageLanguage)}
            </Note>
          ))}
        </>
      )}
      {workspace && (
        <>
          <div className="sec-head mt-6">
            <h2 className="big">{t("workspace")}</h2>
            <span className="end muted sm">
              {format.bytes(workspace.free_bytes)} {t("free")}
            </span>
          </div>
          <p className="mono sm muted mt-2">{workspace.home}</p>
          <table className="table du">
            <tbody>
              {workspace.projects.map((project) => (
                <tr key={project.slug}>
                  <td>{project.slug}</td>
                  <td className="num-r">{format.bytes(project.bytes)}</td>
                </tr>
              ))}
              <tr>
                <td>{t("trash")}</td>
                <td className="num-r">{format.bytes(workspace.trash_bytes)}</td>
              </tr>
            </tbody>
          </table>
        </>
      )}
    </section>
  );
}
