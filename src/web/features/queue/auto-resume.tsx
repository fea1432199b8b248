import { useTranslation } from "react-i18next";
import { Select } from "../../ui/select.tsx";

/** Whether runs whose process died are taken up by themselves. */
export function AutoResume(props: { on: boolean; onChange: (on: boolean) => Promise<void> }) {
  const { t } = useTranslation("queue");
  return (
    <div className="srow">
      <div>
        <b>{t("autoResume")}</b>
      </div>
      <div>
        <Select
          label={t("autoResume")}
          value={props.on ? "on" : "off"}
          options={[
            { value: "on", label: t("autoResumeOn") },
            { value: "off", label: t("autoResumeOff") },
          ]}
          onChange={(value) => void props.onChange(value === "on")}
        />
      </div>
    </div>
  );
}
