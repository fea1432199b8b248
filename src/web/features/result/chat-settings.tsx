import { useTranslation } from "react-i18next";
import { registry } from "#contract/parameters/registry.ts";
import type { Parameter, ParameterValue, SectionValues } from "#contract/parameters/types.ts";
import type { RunSpec } from "#contract/run.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { ParameterField } from "../training/parameter-field.tsx";

/** Today's Ollama and this chat ignore these. */
const ignored = new Set(["mirostat", "mirostat_tau", "mirostat_eta"]);

/**
 * The Modelfile settings that the chat answers with: the run's own, and what this conversation lays
 * over them. Nothing of it is saved.
 */
export function ChatSettings(props: {
  spec: RunSpec;
  changes: SectionValues;
  onChange: (changes: SectionValues) => void;
  onClose: () => void;
}) {
  const { t } = useTranslation("chat");
  const { spec, changes } = props;
  const change = (key: string, value: ParameterValue | null) => {
    const { [key]: _gone, ...others } = changes;
    props.onChange(value === null ? others : { ...others, [key]: value });
  };
  return (
    <Dialog
      open
      wide
      title={t("settings")}
      onClose={props.onClose}
      actions={
        <>
          <button
            type="button"
            className="btn"
            disabled={Object.keys(changes).length === 0}
            onClick={() => props.onChange({})}
          >
            {t("settingsReset")}
          </button>
          <button type="button" className="btn btn-primary" onClick={props.onClose}>
            {t("settingsDone")}
          </button>
        </>
      }
    >
      <p className="muted">{t("settingsLead")}</p>
      <div className="fgrid chat-settings">
        {registry.modelfile_config
          .filter(({ key }) => !ignored.has(key))
          .map((parameter) => (
            <ParameterField
              key={parameter.key}
              parameter={ofRun(parameter, spec)}
              stored={changes[parameter.key] ?? null}
              effective={changes[parameter.key] ?? spec.modelfile[parameter.key] ?? null}
              device={spec.device.type}
              disabled={false}
              error={undefined}
              onChange={(value) => change(parameter.key, value)}
            />
          ))}
      </div>
    </Dialog>
  );
}

/** The same parameter with the run's own value as its default. */
const ofRun = (parameter: Parameter, spec: RunSpec): Parameter => ({
  ...parameter,
  default: { kind: "fixed", value: spec.modelfile[parameter.key] ?? null },
});
