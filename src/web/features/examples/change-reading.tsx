import { useId, useState } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { bodySentence } from "#contract/body-sentence.ts";
import type { ReplyOf } from "#contract/client.ts";
import type { ProjectReply } from "#contract/routes/projects.ts";
import { api, sentenceOf } from "../../app/api.ts";
import { queryClient } from "../../app/queries.ts";
import type { PageLanguage } from "../../i18n/index.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { Note } from "../../ui/note.tsx";
import { Select } from "../../ui/select.tsx";

type DataFile = ProjectReply["data"][number];
type Mapping = NonNullable<DataFile["mapping"]>;
type DataFormat = ReplyOf<"GET /api/projects/{project}/data/{file}/format">;

const parts = [
  "messages",
  "question",
  "input",
  "answer",
  "system",
  "tools",
  "text",
  "split",
] as const;
const containers = ["jsonl", "json", "csv", "xlsx", "parquet", "markdown", "text"] as const;
const encodings = ["utf-8", "windows-1252", "utf-16le", "gbk", "shift_jis", "windows-1251"];
const delimiters = [",", ";", "\t", "|"];

/** What was found about a file, and the places to say otherwise; the file itself stays as it is. */
export function ChangeReading(props: {
  project: string;
  file: DataFile;
  format: DataFormat | undefined;
  onClose: () => void;
}) {
  const { project, file, format, onClose } = props;
  const { t, i18n } = useTranslation("examples");
  const [mapping, setMapping] = useState<Mapping>(file.mapping ?? {});
  const [columns, setColumns] = useState(format?.mapped ?? {});
  const [columnsTouched, setColumnsTouched] = useState(file.mapping?.columns !== undefined);
  const [fault, setFault] = useState<{ message: string; code?: string }>();

  const save = async (wanted: Mapping | null) => {
    try {
      await api.request("PATCH /api/projects/{project}/data/{file}", {
        params: { project, file: file.name },
        json: { mapping: wanted },
      });
      await queryClient.invalidateQueries({ queryKey: ["project", project] });
      onClose();
    } catch (error) {
      setFault(sentenceOf(error));
    }
  };
  /** A key that is set back to what was found is no wish any more. */
  const say = <K extends keyof Mapping>(key: K, value: Mapping[K] | undefined) =>
    setMapping(({ [key]: _before, ...rest }) =>
      value === undefined ? rest : { ...rest, [key]: value },
    );
  const whole = (): Mapping => {
    const { columns: _before, ...rest } = mapping;
    return columnsTouched ? { ...rest, columns } : rest;
  };
  const found = (value: string | null | undefined) =>
    value ? t("changeAuto", { value }) : t("changeAutoPlain");
  const sign = (delimiter: string) => (delimiter === "\t" ? t("tab") : delimiter);
  const names = format?.columns ?? [];
  const isTable = (mapping.container ?? format?.container) === "csv";
  return (
    <Dialog
      open
      wide
      title={t("changeTitle", { file: file.name })}
      onClose={onClose}
      actions={
        <>
          <button type="button" className="btn" onClick={() => void save(null)}>
            {t("asFound")}
          </button>
          <button type="button" className="btn btn-primary" onClick={() => void save(whole())}>
            {t("changeSave")}
          </button>
        </>
      }
    >
      {fault && <Note tone="bad" title={fault.message} code={fault.code} />}
      {format && format.evidence.length > 0 && (
        <>
          <h3>{t("changeWhy")}</h3>
          <ul className="sm evidence">
            {format.evidence.map((one) => (
              <li key={`${one.code} ${one.message}`}>
                {bodySentence(one, i18n.language as PageLanguage)}
              </li>
            ))}
          </ul>
        </>
      )}
      <div className="reading-grid">
        <Choice label={t("container")}>
          {(id) => (
            <Select
              id={id}
              value={mapping.container ?? ""}
              options={[
                { value: "", label: found(format?.container) },
                ...containers.map((value) => ({ value, label: value })),
              ]}
              onChange={(value) =>
                say(
                  "container",
                  containers.find((one) => one === value),
                )
              }
            />
          )}
        </Choice>
        <Choice label={t("encoding")}>
          {(id) => (
            <Select
              id={id}
              value={mapping.encoding ?? ""}
              options={[
                { value: "", label: found(format?.encoding?.name) },
                ...new Set([...encodings, ...(mapping.encoding ? [mapping.encoding] : [])]),
              ].map((one) => (typeof one === "string" ? { value: one, label: one } : one))}
              onChange={(value) => say("encoding", value || undefined)}
            />
          )}
        </Choice>
        {isTable && (
          <>
            <Choice label={t("delimiter")}>
              {(id) => (
                <Select
                  id={id}
                  value={mapping.delimiter ?? ""}
                  options={[
                    { value: "", label: found(format?.delimiter && sign(format.delimiter)) },
                    ...delimiters.map((value) => ({ value, label: sign(value) })),
                  ]}
                  onChange={(value) => say("delimiter", value || undefined)}
                />
              )}
            </Choice>
            <Choice label={t("header")}>
              {(id) => (
                <Select
                  id={id}
                  value={mapping.header === undefined ? "" : String(mapping.header)}
                  options={[
                    { value: "", label: t("changeAutoPlain") },
                    { value: "true", label: t("header_yes") },
                    { value: "false", label: t("header_no") },
                  ]}
                  onChange={(value) => say("header", value === "" ? undefined : value === "true")}
                />
              )}
            </Choice>
          </>
        )}
      </div>
      {names.length > 0 && (
        <>
          <h3>{t("changeColumns")}</h3>
          <div className="reading-grid">
            {parts.map((part) => (
              <Choice key={part} label={t(`part_${part}`)}>
                {(id) => (
                  <Select
                    id={id}
                    value={columns[part] ?? ""}
                    options={[
                      { value: "", label: t("changeNone") },
                      ...names.map((name) => ({ value: name, label: name })),
                    ]}
                    onChange={(value) => {
                      setColumnsTouched(true);
                      setColumns(({ [part]: _before, ...rest }) =>
                        value === "" ? rest : { ...rest, [part]: value },
                      );
                    }}
                  />
                )}
              </Choice>
            ))}
          </div>
        </>
      )}
    </Dialog>
  );
}

function Choice(props: { label: string; children: (id: string) => ReactNode }) {
  const id = useId();
  return (
    <div>
      <label htmlFor={id} className="sm">
        {props.label}
      </label>
      {props.children(id)}
    </div>
  );
}
