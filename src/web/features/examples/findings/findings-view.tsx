import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ProjectReply } from "#contract/routes/projects.ts";
import { findingSentence, fixLabel } from "#contract/findings.ts";
import { useFormat } from "../../../i18n/format.ts";
import type { PageLanguage } from "../../../i18n/index.ts";
import { Mark } from "../../../ui/mark.tsx";
import { Note } from "../../../ui/note.tsx";
import { Progress } from "../../../ui/progress.tsx";
import { FixDialog } from "./fix-dialog.tsx";
import type { Fix } from "./fix-dialog.tsx";
import { useFindings } from "./use-findings.ts";
import type { Finding } from "./use-findings.ts";

const tones = { error: "bad", warning: "warn", note: "none" } as const;

/** What is wrong with the examples, worst first, each with its rows and what can be done by a press. */
export function FindingsView({ project }: { project: ProjectReply }) {
  const { t } = useTranslation("findings");
  const format = useFormat();
  const { data, going, look, fault } = useFindings(project.slug);
  const [fix, setFix] = useState<Fix | null>(null);
  const report = data?.report;
  return (
    <div className="findings">
      {going && (
        <div className="mt-3" role="status">
          <Progress
            value={going.total ? (going.done ?? 0) / going.total : undefined}
            label={t("looking")}
          />
          <p className="sm muted">{t("looking")}</p>
        </div>
      )}
      {fault && (
        <Note
          tone="bad"
          title={fault.message}
          code={fault.code}
          actions={
            <button type="button" className="btn btn-sm" onClick={() => void look()}>
              {t("lookAgain")}
            </button>
          }
        />
      )}
      {report && !report.tokens_counted && <p className="sm muted mt-3">{t("withoutTokens")}</p>}
      {report?.findings.length === 0 && (
        <p className="mt-4">
          <Mark tone="good">{t("none", { rows: format.number(report.rows) })}</Mark>
        </p>
      )}
      {report?.findings.map((finding) => (
        <FindingPart
          key={finding.code}
          finding={finding}
          disabled={project.active_run !== null || data?.state !== "current"}
          onFix={(code) => setFix({ finding: finding.code, fix: code })}
        />
      ))}
      {fix && <FixDialog project={project} fix={fix} onClose={() => setFix(null)} />}
    </div>
  );
}

function FindingPart(props: {
  finding: Finding;
  disabled: boolean;
  onFix: (fix: Finding["fixes"][number]) => void;
}) {
  const { finding } = props;
  const { t, i18n } = useTranslation("findings");
  const format = useFormat();
  const language = i18n.language as PageLanguage;
  return (
    <section className="finding" data-finding={finding.code}>
      <div className="row wrap gap-2">
        <Mark tone={tones[finding.severity]}>{t(`severity_${finding.severity}`)}</Mark>
        <p className="grow">{findingSentence(finding.code, finding.params, language)}</p>
        {finding.fixes.map((fix, index) => (
          <button
            key={fix}
            type="button"
            className={index === 0 ? "btn btn-sm" : "btn btn-sm btn-quiet"}
            disabled={props.disabled}
            onClick={() => props.onFix(fix)}
          >
            {fixLabel(fix, language)}
          </button>
        ))}
      </div>
      {finding.rows.length > 0 && (
        <details>
          <summary className="sm">
            {finding.count > finding.rows.length
              ? t("firstRows", {
                  n: format.number(finding.rows.length),
                  all: format.number(finding.count),
                })
              : t("rows", { count: finding.count, n: format.number(finding.count) })}
          </summary>
          <ul className="finding-rows">
            {finding.rows.map((row) => (
              <li key={`${row.file}:${row.line}:${row.found}`}>
                <span className="mono sm">
                  {row.file}:{row.line}
                </span>{" "}
                {row.found !== null && <span className="chip">{row.found}</span>}{" "}
                <span className="serif">{row.excerpt}</span>
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}
