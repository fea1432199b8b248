import { useTranslation } from "react-i18next";
import type { Model } from "#contract/routes/models.ts";
import { useFormat } from "../../i18n/format.ts";
import { Mark, type Tone } from "../../ui/mark.tsx";

/** Below this share of what is free, a run has room. */
const roomy = 0.6;
/** Where on the bar all free memory ends: behind it there is room to show what is too much. */
const end = 0.75;

/** What training needs, against what is free. */
export function Fit({ memory }: { memory: NonNullable<Model["memory"]> }) {
  const { t } = useTranslation("model");
  const format = useFormat();
  const { needed_bytes: needed, free_bytes: free, verdict } = memory;
  const tones = { fits: "good", tight: "warn", too_large: "bad" } as const satisfies Record<
    string,
    Tone
  >;
  const tone = tones[verdict];
  const words = {
    fits: needed <= free * roomy ? t("fitsRoom") : t("fits"),
    tight: t("tight"),
    too_large: t("tooLarge", { bytes: format.bytes(needed - free) }),
  };
  const style = { "--p": (needed / Math.max(free, 1)) * end } as React.CSSProperties;
  return (
    <div className="fit">
      <div className={`fitbar ${tone}`} style={style} aria-hidden="true">
        <i />
        <u />
      </div>
      <div className="row row-between sm">
        <Mark tone={tone}>{words[verdict]}</Mark>
        <span className="muted nowrap">
          {t("ofMemory", { needed: format.bytes(needed), free: format.bytes(free) })}
        </span>
      </div>
    </div>
  );
}
