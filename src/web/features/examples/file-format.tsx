import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ProjectReply } from "#contract/routes/projects.ts";
import { sentenceOf } from "../../app/api.ts";
import { queries } from "../../app/queries.ts";
import { Mark } from "../../ui/mark.tsx";
import { ChangeReading } from "./change-reading.tsx";

/** How a file is read, in a line; whatever was only guessed is marked, and can be said otherwise. */
export function FileFormat(props: {
  project: string;
  file: ProjectReply["data"][number];
  disabled: boolean;
}) {
  const { project, file, disabled } = props;
  const { t } = useTranslation("examples");
  const [open, setOpen] = useState(false);
  const { data: format, error } = useQuery(queries.dataFormat(project, file));
  const fault = error && sentenceOf(error);
  const { encoding, form } = format ?? {};
  return (
    <>
      {fault && (
        <p className="sm">
          <Mark tone="bad">{fault.message}</Mark>
        </p>
      )}
      {format && (
        <span className="muted sm">
          {form ? t(`form_${form}`) : <Mark tone="warn">{t("formUnknown")}</Mark>}
          {encoding && `, ${encoding.name.toUpperCase()}`}
          {encoding?.guessed && (
            <>
              {" "}
              <Mark tone="warn">{t("guessed")}</Mark>
            </>
          )}
          {file.mapping && `, ${t("mapped")}`}
          {format.evidence.some(({ code }) => code === "xlsx_decimals") && (
            <>
              {", "}
              <Mark tone="warn">{t("decimals")}</Mark>
            </>
          )}
        </span>
      )}
      {(format || file.mapping) && (
        <button type="button" className="link sm" disabled={disabled} onClick={() => setOpen(true)}>
          {t("change")}
        </button>
      )}
      {open && (
        <ChangeReading
          project={project}
          file={file}
          format={format}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  );
}
