import { useTranslation } from "react-i18next";
import type { ReplyOf } from "#contract/client.ts";
import { api } from "../../app/api.ts";
import { useFormat } from "../../i18n/format.ts";
import { Mark } from "../../ui/mark.tsx";
import { Progress } from "../../ui/progress.tsx";

type Job = ReplyOf<"GET /api/jobs/{job}">;

const steps = ["hash", "upload", "create", "prove", "stops"] as const;

/** The stages of a deployment, and how far the present one is. */
export function DeployProgress({ job }: { job: Job }) {
  const { t } = useTranslation("deploy");
  const format = useFormat();
  const at = steps.findIndex((step) => step === job.step);
  const amount = (value: number | null) =>
    value === null ? "" : job.unit === "bytes" ? format.bytes(value) : format.number(value);
  return (
    <div aria-label={t("going")} role="group">
      <ol className="deploy-steps">
        {steps.map((step, index) => (
          <li key={step} aria-current={index === at ? "step" : undefined}>
            <Mark tone={index < at ? "good" : index === at ? "live" : "none"}>
              {t(`step_${step}`)}
            </Mark>
            {index === at && job.total !== null && job.total > 1 && (
              <span className="muted sm">
                {t("amount", { done: amount(job.done), total: amount(job.total) })}
              </span>
            )}
          </li>
        ))}
      </ol>
      <Progress label={t("going")} value={job.total ? (job.done ?? 0) / job.total : undefined} />
      <button
        type="button"
        className="btn btn-sm mt-2"
        onClick={() => void api.request("POST /api/jobs/{job}/cancel", { params: { job: job.id } })}
      >
        {t("stop")}
      </button>
    </div>
  );
}
