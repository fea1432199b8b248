import { useState } from "react";
import { useTranslation } from "react-i18next";
import { allParameters, findParameter } from "#contract/parameters/registry.ts";
import type { Section } from "#contract/parameters/types.ts";
import { parameterText } from "#contract/texts/index.ts";
import { api, sentenceOf } from "../../app/api.ts";
import { queryClient } from "../../app/queries.ts";
import type { PageLanguage } from "../../i18n/index.ts";
import { CheckBox } from "../../ui/check-box.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Note } from "../../ui/note.tsx";
import { Select } from "../../ui/select.tsx";
import { FourBitDialog } from "../run/four-bit-dialog.tsx";
import { countTrials, parseValues, type Space } from "./parse-values.ts";

interface Line {
  name: string;
  text: string;
}

// What is served changes nothing of what is learned.
const varied = allParameters.filter(
  ({ section, key }) => section !== "modelfile_config" && key !== "output_quantization",
);
const nameOf = ({ section, key }: { section: string; key: string }) => `${section}.${key}`;
const named = (name: string) => {
  const [section = "", key = ""] = name.split(".");
  return findParameter(section as Section, key);
};

/** Which settings are tried with which values; every combination becomes a trial. */
export function NewSweep({ project }: { project: string }) {
  const { t, i18n } = useTranslation("sweeps");
  const language = i18n.language as PageLanguage;
  const [lines, setLines] = useState<readonly Line[]>([
    { name: "training_config.learning_rate", text: "" },
  ]);
  const [early, setEarly] = useState(true);
  const [fault, setFault] = useState<ReturnType<typeof sentenceOf>>();
  const [question, setQuestion] = useState<string>();
  const [busy, setBusy] = useState(false);
  const options = varied.map((parameter) => ({
    value: nameOf(parameter),
    label: `${parameterText(parameter, language).label} (${parameter.key})`,
  }));
  const change = (index: number, line: Partial<Line>) =>
    setLines(lines.map((one, i) => (i === index ? { ...one, ...line } : one)));
  const space: Space = {};
  for (const { name, text } of lines) {
    const parameter = named(name);
    if (!parameter) continue;
    (space[parameter.section] ??= {})[parameter.key] = parseValues(parameter, text);
  }
  const trials = countTrials(space);
  const start = async (allowed?: boolean) => {
    setBusy(true);
    setFault(undefined);
    try {
      await api.request("POST /api/projects/{project}/sweeps", {
        params: { project },
        json: {
          grid: space,
          stopHopeless: early,
          ...(allowed === undefined ? {} : { allow_4bit: allowed }),
        },
      });
      setLines(lines.map((line) => ({ ...line, text: "" })));
      await queryClient.invalidateQueries({ queryKey: ["runs"] });
    } catch (error) {
      const refused = sentenceOf(error);
      if (refused.code === "four_bit_question") setQuestion(refused.message);
      else setFault(refused);
    }
    setBusy(false);
  };
  return (
    <form
      className="stack-4"
      onSubmit={(event) => {
        event.preventDefault();
        void start();
      }}
    >
      <h2 className="big">{t("what")}</h2>
      {lines.map((line, index) => (
        <div key={index} className="sweep-line">
          <Select
            label={t("parameter")}
            value={line.name}
            options={options.map((option) => ({
              ...option,
              disabled:
                option.value !== line.name && lines.some(({ name }) => name === option.value),
            }))}
            onChange={(name) => change(index, { name, text: "" })}
          />
          <input
            className="input"
            aria-label={t(named(line.name)?.type === "strings" ? "valuesLists" : "values")}
            placeholder={t(named(line.name)?.type === "strings" ? "valuesLists" : "values")}
            value={line.text}
            onChange={(event) => change(index, { text: event.target.value })}
          />
          {lines.length > 1 && (
            <button
              type="button"
              className="btn btn-icon"
              aria-label={t("remove", { name: line.name })}
              onClick={() => setLines(lines.filter((_, i) => i !== index))}
            >
              <Icon name="close" />
            </button>
          )}
        </div>
      ))}
      <div>
        <button
          type="button"
          className="btn"
          onClick={() => {
            const free = varied.map(nameOf).find((name) => !lines.some((one) => one.name === name));
            if (free !== undefined) setLines([...lines, { name: free, text: "" }]);
          }}
        >
          <Icon name="plus" />
          {t("add")}
        </button>
      </div>
      <CheckBox checked={early} onChange={setEarly}>
        {t("early")}
      </CheckBox>
      {fault && <Note tone="bad" title={fault.message} code={fault.code} />}
      <div className="row wrap gap-4">
        <button type="submit" className="btn btn-primary" disabled={busy || trials < 2}>
          {t("start", { count: trials })}
        </button>
        <span className="sm muted">{trials < 2 ? t("tooFew") : t("cost")}</span>
      </div>
      <FourBitDialog
        open={question !== undefined}
        reason={question}
        onAllow={() => void start(true)}
        onDecline={() => void start(false)}
        onClose={() => setQuestion(undefined)}
      />
    </form>
  );
}
