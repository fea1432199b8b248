/** A row as a person types it. */
export interface TypedRow {
  question: string;
  answer: string;
  system: string;
}

export const columns = ["question", "answer", "system"] as const;
export type Column = (typeof columns)[number];

/** Words that head a column rather than being an example. */
const headers =
  /^(question|prompt|instruction|input|answer|completion|response|output|system|frage|antwort|anweisung|eingabe|ausgabe)$/i;

/**
 * Cells of a piece of a spreadsheet as the clipboard holds it: columns by tabs, rows by lines, cells
 * with either of them in quotes that are doubled inside. A first row of headings is left out.
 */
export function parseCells(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = "";
  let quoted = false;
  const endCell = () => {
    row.push(cell);
    cell = "";
  };
  const endRow = () => {
    endCell();
    rows.push(row);
    row = [];
  };
  const source = text.replaceAll("\r\n", "\n").replaceAll("\r", "\n");
  for (let at = 0; at < source.length; at++) {
    const char = source[at] ?? "";
    if (quoted) {
      if (char !== '"') cell += char;
      else if (source[at + 1] === '"') {
        cell += char;
        at += 1;
      } else quoted = false;
    } else if (char === '"' && cell === "" && closes(source, at)) quoted = true;
    else if (char === "\t") endCell();
    else if (char === "\n") endRow();
    else cell += char;
  }
  if (cell !== "" || row.length > 0) endRow();
  const filled = rows.filter((cells) => cells.some((one) => one.trim() !== ""));
  const [first = []] = filled;
  const headed = first.length > 1 && first.every((one) => headers.test(one.trim()));
  return headed ? filled.slice(1) : filled;
}

/** Whether a quote at `at` begins a quoted cell: one that ends where a cell ends. */
function closes(source: string, at: number): boolean {
  for (let end = source.indexOf('"', at + 1); end >= 0; end = source.indexOf('"', end + 1)) {
    if (source[end + 1] === '"') end += 1;
    else return end + 1 === source.length || "\t\n".includes(source[end + 1] ?? "");
  }
  return false;
}

/** Rows as lines of JSON; rows without a word are none. */
export function toLines(rows: readonly TypedRow[]): string {
  return rows
    .filter((row) => !isEmpty(row))
    .map(({ question, answer, system }) => {
      const row = { prompt: question, completion: answer };
      return `${JSON.stringify(system === "" ? row : { system, ...row })}\n`;
    })
    .join("");
}

/** The rows of such a file; undefined where it holds anything else, which must not be lost. */
export function fromLines(text: string): TypedRow[] | undefined {
  const rows: TypedRow[] = [];
  for (const line of text.split("\n")) {
    if (line.trim() === "") continue;
    const row = readRow(line);
    if (!row) return undefined;
    rows.push(row);
  }
  return rows;
}

function readRow(line: string): TypedRow | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (value === null || typeof value !== "object" || Array.isArray(value)) return undefined;
  const { prompt, completion, system = "", ...rest } = value as Record<string, unknown>;
  const known =
    typeof prompt === "string" && typeof completion === "string" && typeof system === "string";
  if (!known || Object.keys(rest).length > 0) return undefined;
  return { question: prompt, answer: completion, system };
}

export const isEmpty = (row: TypedRow): boolean =>
  columns.every((column) => row[column].trim() === "");
