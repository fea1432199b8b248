import { memo, useRef, useState } from "react";
import type { ClipboardEvent, Dispatch, KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";
import type { ProjectReply } from "#contract/routes/projects.ts";
import { useFormat } from "../../../i18n/format.ts";
import { Icon } from "../../../ui/icon.tsx";
import { Mark } from "../../../ui/mark.tsx";
import { Note } from "../../../ui/note.tsx";
import { columns, isEmpty, parseCells } from "./table-text.ts";
import type { Column } from "./table-text.ts";
import type { KeyedRow, TypedAction } from "./typed-state.ts";
import { typedFile, useTypedRows } from "./use-typed-rows.ts";

const enough = 20;

/** A table to type examples into: kept as it is typed, undone by a key, filled by pasting. */
export function TypedRows({ project }: { project: ProjectReply }) {
  const { t } = useTranslation("examples");
  const format = useFormat();
  const { state, dispatch, status, save, load, rows } = useTypedRows(project);
  const disabled = project.active_run !== null;
  const [systemWanted, setSystemWanted] = useState(false);
  const withSystem = systemWanted || state.rows.some(({ system }) => system !== "");
  const shown = withSystem ? columns : columns.filter((column) => column !== "system");
  const table = useRef<HTMLDivElement>(null);
  const focus = (index: number, column: Column): void =>
    table.current
      ?.querySelector<HTMLTextAreaElement>(`[data-index="${index}"][data-column="${column}"]`)
      ?.focus();

  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const modifier = event.ctrlKey || event.metaKey;
    if (modifier && event.key.toLowerCase() === "z") {
      event.preventDefault();
      dispatch({ type: event.shiftKey ? "redo" : "undo" });
    } else if (modifier && event.key.toLowerCase() === "y") {
      event.preventDefault();
      dispatch({ type: "redo" });
    }
  };

  if (status.kind === "loading") {
    return <p className="soft late mt-4">{t("loadingRows")}</p>;
  }
  if (status.kind === "foreign") {
    return (
      <div className="mt-4">
        <Note tone="warn" title={t("typedForeign", { file: typedFile })} />
      </div>
    );
  }
  return (
    <div className="typed" onKeyDown={onKeyDown}>
      <div className="row wrap gap-2 typed-bar">
        <button
          type="button"
          className="btn btn-sm"
          disabled={state.past.length === 0 || disabled}
          onClick={() => dispatch({ type: "undo" })}
        >
          <Icon name="reset" small />
          {t("undoTyping")}
        </button>
        {!withSystem && (
          <button
            type="button"
            className="btn btn-sm btn-quiet"
            disabled={disabled}
            onClick={() => setSystemWanted(true)}
          >
            <Icon name="plus" small />
            {t("addSystem")}
          </button>
        )}
        <span className="muted sm">{t("typedKeys")}</span>
        <span className="end row gap-2" role="status">
          <span className="sm">{t("typedCount", { count: rows, n: format.number(rows) })}</span>
          <SaveMark status={status} />
        </span>
      </div>
      {status.kind === "failed" && (
        <Note
          tone="bad"
          title={t("notSaved", { why: status.message })}
          code={status.code}
          actions={
            status.code === "data_file_changed" ? (
              <button type="button" className="btn btn-sm" onClick={() => void load()}>
                {t("loadAgain")}
              </button>
            ) : (
              <button type="button" className="btn btn-sm" onClick={() => void save()}>
                {t("saveAgain")}
              </button>
            )
          }
        />
      )}
      <div
        ref={table}
        className={withSystem ? "typed-table with-system" : "typed-table"}
        role="table"
        aria-label={t("typedTitle")}
        aria-rowcount={state.rows.length + 1}
      >
        <div role="row" className="typed-row typed-head">
          <span role="columnheader">{t("row")}</span>
          {shown.map((column) => (
            <span key={column} role="columnheader">
              {t(column)}
            </span>
          ))}
          <span role="columnheader">
            <span className="vh">{t("actions")}</span>
          </span>
        </div>
        {state.rows.map((row, index) => (
          <Row
            key={row.key}
            row={row}
            index={index}
            columns={withSystem ? "all" : "two"}
            last={index === state.rows.length - 1}
            disabled={disabled}
            dispatch={dispatch}
            onGo={focus}
          />
        ))}
      </div>
      <p className="sm muted mt-3">
        {rows < enough ? t("typedFew", { enough }) : t("typedEnough")}
      </p>
    </div>
  );
}

function SaveMark({ status }: { status: ReturnType<typeof useTypedRows>["status"] }) {
  const { t } = useTranslation("examples");
  const format = useFormat();
  if (status.kind === "saved") {
    return <Mark tone="good">{t("savedAt", { time: format.clock(status.at) })}</Mark>;
  }
  if (status.kind === "unsaved") return <span className="muted sm">{t("saving")}</span>;
  return null;
}

interface RowProps {
  row: KeyedRow;
  index: number;
  columns: "two" | "all";
  last: boolean;
  disabled: boolean;
  dispatch: Dispatch<TypedAction>;
  onGo: (index: number, column: Column) => void;
}

const Row = memo(
  function Row({ row, index, columns: shown, last, disabled, dispatch, onGo }: RowProps) {
    const { t } = useTranslation("examples");
    const list = shown === "all" ? columns : columns.filter((column) => column !== "system");

    const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>, column: Column) => {
      const { selectionStart, selectionEnd, value } = event.currentTarget;
      const collapsed = selectionStart === selectionEnd;
      if (event.key === "Enter" && !event.shiftKey && !event.nativeEvent.isComposing) {
        event.preventDefault();
        dispatch(event.ctrlKey ? { type: "insert", after: row.key } : { type: "left" });
        onGo(index + 1, column);
      } else if (
        event.key === "ArrowDown" &&
        collapsed &&
        !value.slice(selectionEnd).includes("\n")
      ) {
        event.preventDefault();
        onGo(index + 1, column);
      } else if (
        event.key === "ArrowUp" &&
        collapsed &&
        !value.slice(0, selectionStart).includes("\n")
      ) {
        event.preventDefault();
        onGo(index - 1, column);
      } else if (event.key === "Backspace" && event.ctrlKey && isEmpty(row) && !last) {
        event.preventDefault();
        dispatch({ type: "remove", key: row.key });
        onGo(Math.max(0, index - 1), column);
      }
    };
    const onPaste = (event: ClipboardEvent<HTMLTextAreaElement>, column: Column) => {
      const text = event.clipboardData.getData("text/plain");
      // Text without tabs is text, several lines of it as well.
      if (!text.includes("\t")) return;
      event.preventDefault();
      dispatch({ type: "paste", key: row.key, column, cells: parseCells(text) });
    };
    return (
      <div role="row" className="typed-row">
        <span role="cell" className="muted typed-number">
          {index + 1}
        </span>
        {list.map((column) => (
          <span role="cell" key={column}>
            <textarea
              className="typed-cell serif"
              rows={1}
              data-index={index}
              data-column={column}
              aria-label={t("cell", { column: t(column), row: index + 1 })}
              placeholder={last ? t(`placeholder_${column}`) : undefined}
              value={row[column]}
              readOnly={disabled}
              onChange={({ target }) =>
                dispatch({ type: "edit", key: row.key, column, text: target.value })
              }
              onBlur={() => dispatch({ type: "left" })}
              onKeyDown={(event) => onKeyDown(event, column)}
              onPaste={(event) => onPaste(event, column)}
            />
          </span>
        ))}
        <span role="cell" className="row">
          {!last && (
            <button
              type="button"
              className="btn btn-quiet btn-icon btn-sm"
              aria-label={t("deleteRow", { row: index + 1 })}
              disabled={disabled}
              onClick={() => {
                dispatch({ type: "remove", key: row.key });
                onGo(Math.max(0, index - 1), "question");
              }}
            >
              <Icon name="trash" />
            </button>
          )}
        </span>
      </div>
    );
  },
  // onGo does the same each time; only what is shown decides.
  (a, b) =>
    a.row === b.row &&
    a.index === b.index &&
    a.columns === b.columns &&
    a.last === b.last &&
    a.disabled === b.disabled,
);
