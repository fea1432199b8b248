import { useQuery } from "@tanstack/react-query";
import { useEffect, useEffectEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { registry } from "#contract/parameters/registry.ts";
import type { DeviceType, Section } from "#contract/parameters/types.ts";
import type { ProjectReply } from "#contract/routes/projects.ts";
import { groupText, sectionTexts } from "#contract/texts/index.ts";
import { queries } from "../../app/queries.ts";
import type { PageLanguage } from "../../i18n/index.ts";
import { Icon } from "../../ui/icon.tsx";
import { ParameterField } from "./parameter-field.tsx";
import type { Settings } from "./use-settings.ts";

/** One collapsible section of settings, drawn from the registry, group by group. */
export function ParameterSection(props: {
  section: Section;
  project: ProjectReply;
  device: DeviceType;
  settings: Settings;
  disabled: boolean;
  open: boolean;
}) {
  const { section, project, settings, disabled } = props;
  const { t, i18n } = useTranslation("training");
  const language = i18n.language as PageLanguage;
  const { title } = sectionTexts(language)[section];
  const stored = project[section];
  const changed = Object.values(stored).filter((value) => value !== null).length;
  const modules = useModules(project, section, disabled);
  const groups = Map.groupBy(registry[section], (parameter) => parameter.group);
  return (
    <details className="acc" open={props.open} data-section={section}>
      <summary>
        <span className="chev">
          <Icon name="forward" />
        </span>
        <h2>
          {title} <span className="aside-term">({section})</span>
        </h2>
        {changed > 0 ? (
          <span className="chip accent">{t("changed", { count: changed })}</span>
        ) : (
          <span className="muted sm clip sum">{t("allDefault")}</span>
        )}
      </summary>
      <button
        type="button"
        className="btn btn-quiet btn-sm accreset"
        disabled={disabled || changed === 0}
        onClick={() => void settings.reset(section)}
      >
        <Icon name="reset" small />
        {t("resetSection")}
      </button>
      <fieldset className={disabled ? "dis" : ""}>
        <legend className="vh">{title}</legend>
        {[...groups].map(([group, parameters]) => (
          <div key={group} className="fgroup">
            <h3>{groupText(group, language)}</h3>
            <div className="fgrid">
              {parameters.map((parameter) => (
                <ParameterField
                  key={parameter.key}
                  parameter={parameter}
                  stored={stored[parameter.key] ?? null}
                  effective={project.effective[section][parameter.key] ?? null}
                  device={props.device}
                  choices={parameter.key === "target_modules" ? modules : undefined}
                  disabled={disabled}
                  error={settings.errors[`${section}.${parameter.key}`]}
                  onChange={(value) => void settings.save(section, parameter.key, value)}
                />
              ))}
            </div>
          </div>
        ))}
      </fieldset>
    </details>
  );
}

/** All that adapters can be put on in the project's model; a choice among them leaves the rest. */
function useModules(project: ProjectReply, section: Section, disabled: boolean): string[] {
  const chosen = (project.lora_config["target_modules"] ?? null) !== null;
  const { data } = useQuery({
    ...queries.modules(project.slug),
    enabled: section === "lora_config" && chosen && !disabled,
  });
  const effective = asTexts(project.effective.lora_config["target_modules"]);
  const [seen, setSeen] = useState<readonly string[]>(effective);
  const model = useRef(project.model);
  const onChange = useEffectEvent(() => {
    // Until the plan has answered, what was offered before stays on offer.
    if (!chosen || model.current !== project.model) setSeen(effective);
    model.current = project.model;
  });
  // The list is made anew at every render: what it holds counts, not which list it is.
  const held = effective.join();
  useEffect(() => onChange(), [chosen, project.model, held]);
  return [...new Set([...(data ?? seen), ...effective])];
}

const asTexts = (value: unknown) => (Array.isArray(value) ? value.map(String) : []);
