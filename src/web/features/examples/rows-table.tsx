import { useVirtualizer } from "@tanstack/react-virtual";
import {
  memo,
  useCallback,
  useEffect,
  useEffectEvent,
  useId,
  useMemo,
  useRef,
  useState,
} from "react";
import type { KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";
import { sentenceOf } from "../../app/api.ts";
import { useFormat } from "../../i18n/format.ts";
import { Mark } from "../../ui/mark.tsx";
import { Note } from "../../ui/note.tsx";
import { useReasons } from "./reasons.ts";
import { useReadingWords } from "./reading.tsx";
import type { ReadingNow } from "./reading.tsx";
import { useTable } from "./use-table.ts";
import type { TableFilter, TableRow } from "./use-table.ts";

const rowHeight = 36;
const reasonsKind = "vrow vrow-why";
/** Browsers draw nothing beyond 33 million pixels. */
const mostRows = 900_000;
/** Between two requests, so that rows that only fly past are not asked for. */
const pauseMs = 120;
/** Rows that are asked for before they come into sight. */
const ahead = 40;

/**
 * The rows that a filter shows, any number of them: only those in sight are in the document. The
 * selection moves with the arrow keys and says which row is shown whole beside it.
 */
export function RowsTable(props: {
  project: string;
  label: string;
  filter: TableFilter;
  columns: "texts" | "reasons";
  limit: number | null;
  counting: boolean;
  selected: number | null;
  onSelect: (number: number) => void;
}) {
  const { t } = useTranslation("examples");
  const words = useWords();
  const id = useId();
  const box = useRef<HTMLDivElement>(null);
  const [range, setRange] = useState({ first: 0, last: 40 });
  const { counting, selected, onSelect } = props;
  const table = useTable(props.project, props.filter, { ...range, counting });
  const count = Math.min(table.total ?? 0, mostRows);
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => box.current,
    estimateSize: () => rowHeight,
    overscan: 8,
    useFlushSync: false,
  });
  const items = virtual.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? 0;
  const asked = useRef(0);
  useEffect(() => {
    const ask = () => {
      asked.current = performance.now();
      setRange({ first: Math.max(0, first - ahead), last: last + ahead });
    };
    // At most so often, but while scrolling goes on as well.
    const timer = setTimeout(ask, asked.current + pauseMs - performance.now());
    return () => clearTimeout(timer);
  }, [first, last]);

  const indexOf = (number: number | null): number =>
    items.find(({ index }) => table.row(index)?.number === number)?.index ?? -1;
  const [cursor, setCursor] = useState(-1);
  const here = table.row(cursor)?.number === selected ? cursor : indexOf(selected);
  const go = (index: number): void => {
    const next = Math.max(0, Math.min(count - 1, index));
    setCursor(next);
    virtual.scrollToIndex(next);
    const row = table.row(next);
    if (row) onSelect(row.number);
  };
  // The same function for good, so that no row is drawn again for it.
  const latestGo = useRef(go);
  latestGo.current = go;
  const onGo = useCallback((index: number) => latestGo.current(index), []);
  // A row that was gone to before it came is selected as it comes.
  const arrived = table.row(cursor)?.number;
  const onArrival = useEffectEvent(onSelect);
  useEffect(() => {
    if (arrived !== undefined) onArrival(arrived);
  }, [cursor, arrived]);

  const onKeyDown = (event: KeyboardEvent): void => {
    const page = Math.max(1, Math.floor((box.current?.clientHeight ?? 0) / rowHeight) - 2);
    const start = here === -1 ? first - 1 : here;
    const steps: Record<string, number> = {
      ArrowDown: start + 1,
      ArrowUp: start - 1,
      PageDown: start + page,
      PageUp: start - page,
      Home: 0,
      End: count - 1,
    };
    const next = steps[event.key];
    if (next === undefined || event.altKey || event.metaKey) return;
    event.preventDefault();
    go(next);
  };

  if (table.error) {
    const { message, code } = sentenceOf(table.error);
    return <Note tone="bad" title={message} code={code} />;
  }
  const heads =
    props.columns === "texts"
      ? (["row", "question", "answer", "tokens", "use"] as const)
      : (["where", "reason", "tokens"] as const);
  const kind = props.columns === "texts" ? "vrow" : reasonsKind;
  return (
    <>
      {(table.total ?? 0) > mostRows && <p className="sm muted">{t("tooMany")}</p>}
      <div
        className="vscroll"
        ref={box}
        tabIndex={0}
        role="grid"
        aria-label={props.label}
        aria-rowcount={count + 1}
        aria-activedescendant={here === -1 ? undefined : `${id}-${here}`}
        onKeyDown={onKeyDown}
      >
        <div className={`${kind} vhead`} role="row" aria-rowindex={1}>
          {heads.map((head) => (
            <span key={head} role="columnheader" className={`c-${head}`}>
              {t(head)}
            </span>
          ))}
        </div>
        <div role="rowgroup" className="vbody" style={{ blockSize: virtual.getTotalSize() }}>
          {items.map(({ index, start }) => {
            const row = table.row(index);
            return (
              <Item
                key={index}
                id={`${id}-${index}`}
                index={index}
                start={start}
                kind={kind}
                on={row !== undefined && row.number === selected}
                row={row}
                limit={props.limit}
                words={words}
                onGo={onGo}
              />
            );
          })}
        </div>
        {table.total === 0 && table.reading === null && (
          <p className="soft vnone">{t("noneFound")}</p>
        )}
        {(table.total === undefined || table.reading !== null) && (
          <StillReading reading={table.reading} />
        )}
      </div>
    </>
  );
}

function StillReading({ reading }: { reading: ReadingNow | null }) {
  const words = useReadingWords();
  return (
    <p className="soft late vnone" role="status">
      {words(reading ?? { step: "read", done: 0, total: 0 })}
    </p>
  );
}

/** What rows say of themselves: asked for once per table, since asking costs as much as a row. */
function useWords() {
  const { t, i18n } = useTranslation("examples");
  const reasons = useReasons();
  const { number } = useFormat();
  // eslint-disable-next-line react-hooks/exhaustive-deps -- all of it follows the language
  return useMemo(() => ({ t, number, ...reasons }), [i18n.language]);
}

interface CellsProps {
  row: TableRow;
  limit: number | null;
  words: ReturnType<typeof useWords>;
}

/** A row of the table; scrolling draws those alone that come into sight. */
const Item = memo(function Item(
  props: Omit<CellsProps, "row"> & {
    id: string;
    index: number;
    start: number;
    kind: string;
    on: boolean;
    row: TableRow | undefined;
    onGo: (index: number) => void;
  },
) {
  const { index, kind, on, row, limit, words, onGo } = props;
  return (
    <div
      id={props.id}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={on}
      className={on ? `${kind} vitem on` : `${kind} vitem`}
      style={{ transform: `translateY(${props.start}px)` }}
      onClick={() => onGo(index)}
    >
      {row === undefined ? (
        <span role="gridcell" className="muted">
          …
        </span>
      ) : kind === reasonsKind ? (
        <ReasonCells row={row} limit={limit} words={words} />
      ) : (
        <TextCells row={row} limit={limit} words={words} />
      )}
    </div>
  );
});

function TextCells({ row, limit, words }: CellsProps) {
  const text = (role: string) => {
    const message = row.content?.messages.findLast((one) => one.role === role);
    return message?.content.replace(/\s+/g, " ").trim() ?? "";
  };
  const answer = row.content?.text ?? text("assistant");
  return (
    <>
      <span role="gridcell" className="c-row muted" title={`${row.file}:${row.line}`}>
        {row.number}
      </span>
      <span role="gridcell" className="c-question serif">
        {text("user")}
      </span>
      <span role="gridcell" className="c-answer serif">
        {answer === "" ? <i className="muted">{row.content ? words.t("empty") : ""}</i> : answer}
      </span>
      <Tokens row={row} limit={limit} words={words} />
      <Use row={row} limit={limit} words={words} />
    </>
  );
}

function ReasonCells({ row, limit, words }: CellsProps) {
  return (
    <>
      <span role="gridcell" className="c-where mono" title={`${row.file}:${row.line}`}>
        <span className="c-file">{row.file}</span>:{row.line}
      </span>
      <span role="gridcell" className="c-reason">
        {row.reason && (
          <>
            <Mark tone={toneOf(row)}>{words.word(row.reason.code)}</Mark>{" "}
            <span className="soft" title={words.sentence(row.reason)}>
              {words.beside(row.reason, row.file)}
            </span>
          </>
        )}
      </span>
      <Tokens row={row} limit={limit} words={words} />
    </>
  );
}

/** Tokens as a number and as a bar against the most that a row may have. */
function Tokens({ row, limit, words }: CellsProps) {
  const { tokens } = row;
  if (tokens === null)
    return (
      <span role="gridcell" className="c-tokens muted">
        –
      </span>
    );
  const over = limit !== null && tokens > limit;
  // The mark stands at 84 % of the bar, so that what is too long is seen to go beyond it.
  const width = limit === null ? 0 : Math.min(100, (84 * tokens) / limit);
  return (
    <span role="gridcell" className="c-tokens">
      {limit !== null && (
        <span className={over ? "tok over" : "tok"} aria-hidden="true">
          <i style={{ inlineSize: `${width}%` }} />
        </span>
      )}
      <span className="tokn">{words.number(tokens)}</span>
    </span>
  );
}

function Use({ row, limit, words }: CellsProps) {
  const over = limit !== null && row.tokens !== null && row.tokens > limit;
  const word = () => {
    if (row.reason) return <Mark tone={toneOf(row)}>{words.word(row.reason.code)}</Mark>;
    if (over) return <Mark tone="warn">{words.word("row_too_long")}</Mark>;
    if (row.use === "check") return <span className="chip">{words.t("useCheck")}</span>;
    return <span className="soft">{words.t("useTrain")}</span>;
  };
  return (
    <span
      role="gridcell"
      className="c-use"
      title={row.reason ? words.word(row.reason.code) : undefined}
    >
      {word()}
    </span>
  );
}

const notBad = [
  "row_too_long",
  "row_answer_too_long",
  "row_in_check",
  "row_fixed_away",
  "row_shortened_turns",
  "row_shortened_start",
];

/** A row that is whole but not wanted is no fault. */
const toneOf = ({ reason }: TableRow): "warn" | "bad" =>
  notBad.includes(reason?.code ?? "") ? "warn" : "bad";
