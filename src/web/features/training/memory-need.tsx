import { useTranslation } from "react-i18next";
import type { MemoryEstimate } from "#contract/memory.ts";
import { useFormat } from "../../i18n/format.ts";
import { Mark } from "../../ui/mark.tsx";

const tones = { fits: "good", tight: "warn", too_large: "bad" } as const;

/** What training will take of the device's memory, part by part, against what is free. */
export function MemoryNeed({ estimate }: { estimate: MemoryEstimate }) {
  const { t } = useTranslation("training");
  const format = useFormat();
  const { peakBytes, freeBytes, verdict, remedies } = estimate;
  const whole = Math.max(peakBytes, freeBytes, 1);
  const parts = estimate.parts.filter(({ bytes }) => bytes > 0);
  return (
    <section className="memneed mt-4" aria-label={t("memoryNeed")}>
      <div className="row row-between">
        <h3>{t("memoryNeed")}</h3>
        <Mark tone={tones[verdict]}>{t(`memory_${verdict}`)}</Mark>
      </div>
      <div className="membar" aria-hidden="true">
        {parts.map(({ part, bytes }) => (
          <i
            key={part}
            className={`mp-${part}`}
            style={{ inlineSize: `${(bytes / whole) * 100}%` }}
          />
        ))}
      </div>
      <p className="sm muted">
        {t("ofFree", { need: format.bytes(peakBytes), free: format.bytes(freeBytes) })}
      </p>
      <ul className="memparts mt-2">
        {parts.map(({ part, bytes }) => (
          <li key={part}>
            <i className={`mp-${part}`} aria-hidden="true" />
            {t(`part_${part}`)}
            <span>{format.bytes(bytes)}</span>
          </li>
        ))}
      </ul>
      {verdict !== "fits" && remedies.length > 0 && (
        <p className="sm mt-2">
          {t("memoryRemedies")}{" "}
          {remedies
            .map(
              ({ key, value, peakBytes: then }) =>
                `${key} = ${String(value)} (${format.bytes(then)})`,
            )
            .join(", ")}
        </p>
      )}
    </section>
  );
}
