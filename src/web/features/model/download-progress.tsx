import { useTranslation } from "react-i18next";
import type { Model } from "#contract/routes/models.ts";
import { useFormat } from "../../i18n/format.ts";
import { Icon } from "../../ui/icon.tsx";
import { Progress } from "../../ui/progress.tsx";
import type { Downloads, Job } from "./use-downloads.ts";

/** A download that is going on: bytes, speed, time left, pause and cancel. */
export function DownloadProgress(props: { model: Model; job: Job; downloads: Downloads }) {
  const { t } = useTranslation("model");
  const format = useFormat();
  const { model, job, downloads } = props;
  const { done, total, rate } = job;
  const name = { model: model.name };
  const known = done !== null && total !== null && total > 0;
  return (
    <div className="mact">
      <div className="grow">
        <Progress value={known ? done / total : undefined} label={t("downloading", name)} />
        <div className="row row-between sm">
          <span>
            {known
              ? t("ofBytes", { done: format.bytes(done), total: format.bytes(total) })
              : t("asking")}
          </span>
          {known && rate !== null && rate > 0 && (
            <span className="muted">
              {t("speed", {
                rate: format.bytes(rate),
                left: format.duration((total - done) / rate),
              })}
            </span>
          )}
        </div>
      </div>
      <button
        type="button"
        className="btn btn-icon btn-sm"
        aria-label={t("pause", name)}
        title={t("pause", name)}
        onClick={() => downloads.pause(job)}
      >
        <Icon name="pause" />
      </button>
      <button
        type="button"
        className="btn btn-quiet btn-icon btn-sm"
        aria-label={t("cancel", name)}
        title={t("cancel", name)}
        onClick={() => downloads.giveUp(model.id)}
      >
        <Icon name="close" />
      </button>
    </div>
  );
}
