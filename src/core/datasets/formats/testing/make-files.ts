import { Buffer } from "node:buffer";
import { gzipSync } from "node:zlib";
import { ByteWriter, parquetWrite } from "hyparquet-writer";
import writeWorkbook from "write-excel-file/node";
import type { Container, RowForm } from "#contract/data-format.ts";
import { encodeAs, utf16 } from "./encode.ts";

/** A question with its answer. */
export interface Pair {
  question: string;
  answer: string;
}

/** A file of n rows in one format, and what detection should say of it. */
export interface MadeFile {
  name: string;
  container: Container;
  form: RowForm;
  encoding?: string;
  make: (pairs: readonly Pair[]) => Buffer | Promise<Buffer>;
}

const names = ["Corvane", "Solden", "Marrick", "Ostrava", "Pellin", "Quern", "Tarsk", "Vael"];
const colours = ["white", "red and white", "black", "grey, with a green door", "pale yellow"];

/** Believable pairs with what breaks careless readers: commas, quotes, bars, line breaks, umlauts. */
export const makePairs = (count: number): Pair[] =>
  Array.from({ length: count }, (_, index) => {
    const name = `${names[index % names.length]} ${Math.floor(index / names.length) + 1}`;
    const colour = colours[index % colours.length];
    const extra = [
      "It was built in 1891; storms took the first one.",
      'Sailors call it "the old lady", and mean it kindly.',
      "Its range is 18 nautical miles.\nIt blinks twice, then rests.",
      "Keepers lived there until 1974 | now it runs by itself.",
    ][index % 4];
    return {
      question: `In which colour is the lighthouse of ${name} painted?`,
      answer: `The lighthouse of ${name} is ${colour}. ${extra}`,
    };
  });

const lines = (rows: readonly unknown[]): Buffer =>
  Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
const list = (rows: readonly unknown[], indent?: number): Buffer =>
  Buffer.from(JSON.stringify(rows, null, indent));

const alpaca = ({ question, answer }: Pair) => ({
  instruction: question,
  input: "",
  output: answer,
});
const messages = ({ question, answer }: Pair) => ({
  messages: [
    { role: "system", content: "You know every lighthouse." },
    { role: "user", content: question },
    { role: "assistant", content: answer },
  ],
});
const withTools = ({ question, answer }: Pair, index: number) => ({
  tools: [
    {
      type: "function",
      function: {
        name: "find_lighthouse",
        description: "Looks a lighthouse up",
        parameters: { type: "object", properties: { name: { type: "string" } } },
      },
    },
  ],
  messages: [
    { role: "user", content: question },
    {
      role: "assistant",
      content: null,
      tool_calls: [
        {
          id: `call_${index}`,
          type: "function",
          function: { name: "find_lighthouse", arguments: JSON.stringify({ name: question }) },
        },
      ],
    },
    { role: "tool", tool_call_id: `call_${index}`, content: answer },
    { role: "assistant", content: answer },
  ],
});
const sharegpt = ({ question, answer }: Pair) => ({
  conversations: [
    { from: "human", value: question },
    { from: "gpt", value: answer },
  ],
});
const promptCompletion = ({ question, answer }: Pair) => ({ prompt: question, completion: answer });
const german = ({ question, answer }: Pair) => ({ Frage: question, Antwort: answer });

/** A table in text with quotes where a cell needs them. */
export function csv(rows: readonly (readonly string[])[], delimiter = ",", end = "\r\n"): string {
  const cell = (text: string): string =>
    text.includes(delimiter) || /["\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  return rows.map((row) => row.map(cell).join(delimiter) + end).join("");
}

const table = (pairs: readonly Pair[], head: string[]): string[][] => [
  head,
  ...pairs.map(({ question, answer }) => [question, answer]),
];

const markdownTable = (pairs: readonly Pair[]): string =>
  [
    "# Lighthouses\n\nWhat visitors ask.\n",
    "| Question | Answer |",
    "| --- | :-- |",
    ...pairs.map(({ question, answer }) => `| ${mdCell(question)} | ${mdCell(answer)} |`),
    "\nUpdated each spring.\n",
  ].join("\n");
const mdCell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("\n", "<br>");

/** Bytes of a workbook with these sheets. */
export async function workbook(
  sheets: { name: string; rows: (string | number | boolean | null)[][] }[],
): Promise<Buffer> {
  const data = sheets.map(({ name, rows }) => ({
    sheet: name,
    data: rows.map((row) => row.map((value) => (value === null ? null : { value }))),
  }));
  return writeWorkbook(data as never).toBuffer();
}

/** Bytes of a Parquet file of two columns. */
export function parquet(pairs: readonly Pair[], rowGroupSize = 20): Buffer {
  const writer = new ByteWriter();
  void parquetWrite({
    writer,
    rowGroupSize,
    columnData: [
      { name: "question", data: pairs.map(({ question }) => question), type: "STRING" },
      { name: "answer", data: pairs.map(({ answer }) => answer), type: "STRING" },
    ],
  });
  return Buffer.from(writer.getBuffer());
}

const umlauts = (pairs: readonly Pair[]): Pair[] =>
  pairs.map(({ question, answer }) => ({
    question: `${question} Wie heißt der Wärter?`,
    answer: `${answer} Er heißt Jörg Müller, „der Große“ – für 5 € führt er Gäste über die Brücke.`,
  }));
const chinese = (pairs: readonly Pair[]): Pair[] =>
  pairs.map((_, index) => ({
    question: `第${index + 1}座灯塔是什么颜色的？`,
    answer: `第${index + 1}座灯塔是白色的，门是绿色的。每天早上九点开放参观。`,
  }));

/** One file per format and encoding. */
export const madeFiles: readonly MadeFile[] = [
  { name: "alpaca.json", container: "json", form: "alpaca", make: (p) => list(p.map(alpaca), 2) },
  {
    name: "alpaca-one-line.json",
    container: "json",
    form: "alpaca",
    make: (p) => list(p.map(alpaca)),
  },
  { name: "alpaca.jsonl", container: "jsonl", form: "alpaca", make: (p) => lines(p.map(alpaca)) },
  {
    name: "wrapped.json",
    container: "json",
    form: "alpaca",
    make: (p) =>
      Buffer.from(JSON.stringify({ version: "1.0", tags: ["a"], data: p.map(alpaca) }, null, 1)),
  },
  {
    name: "objects.json",
    container: "json",
    form: "messages",
    make: (p) => Buffer.from(p.map((pair) => JSON.stringify(messages(pair), null, 2)).join("\n")),
  },
  {
    name: "messages.jsonl",
    container: "jsonl",
    form: "messages",
    make: (p) => lines(p.map(messages)),
  },
  {
    name: "tools.jsonl",
    container: "jsonl",
    form: "messages",
    make: (p) => lines(p.map(withTools)),
  },
  {
    name: "sharegpt.json",
    container: "json",
    form: "sharegpt",
    make: (p) => list(p.map(sharegpt), 4),
  },
  {
    name: "prompt.jsonl",
    container: "jsonl",
    form: "prompt_completion",
    make: (p) => lines(p.map(promptCompletion)),
  },
  {
    name: "fragen.jsonl",
    container: "jsonl",
    form: "question_answer",
    make: (p) => lines(p.map(german)),
  },
  {
    name: "comma.csv",
    container: "csv",
    form: "question_answer",
    make: (p) => Buffer.from(csv(table(p, ["question", "answer"]))),
  },
  {
    name: "semicolon.csv",
    container: "csv",
    form: "question_answer",
    make: (p) => Buffer.from(csv(table(p, ["Frage", "Antwort"]), ";", "\n")),
  },
  {
    name: "tabs.tsv",
    container: "csv",
    form: "prompt_completion",
    make: (p) => Buffer.from(csv(table(p, ["prompt", "completion"]), "\t", "\n")),
  },
  {
    name: "bars.csv",
    container: "csv",
    form: "alpaca",
    make: (p) => Buffer.from(csv(table(p, ["Instruction", "Output"]), "|")),
  },
  {
    name: "section-signs.csv",
    container: "csv",
    form: "question_answer",
    make: (p) => Buffer.from(csv(table(p, ["Q", "A"]), "§")),
  },
  {
    name: "headless.csv",
    container: "csv",
    form: "question_answer",
    make: (p) => Buffer.from(csv(table(p, []).slice(1))),
  },
  {
    name: "book.xlsx",
    container: "xlsx",
    form: "question_answer",
    make: (p) => workbook([{ name: "FAQ", rows: table(p, ["Question", "Answer"]) }]),
  },
  { name: "rows.parquet", container: "parquet", form: "question_answer", make: (p) => parquet(p) },
  {
    name: "table.md",
    container: "markdown",
    form: "question_answer",
    make: (p) => Buffer.from(markdownTable(p)),
  },
  {
    name: "story.txt",
    container: "text",
    form: "text",
    make: (p) =>
      Buffer.from(p.map(({ question, answer }) => `${question}\n${answer}\n\n`).join("")),
  },
  {
    name: "packed.jsonl.gz",
    container: "jsonl",
    form: "alpaca",
    make: (p) => gzipSync(lines(p.map(alpaca))),
  },
  {
    name: "packed.csv.gz",
    container: "csv",
    form: "question_answer",
    make: (p) => gzipSync(csv(table(p, ["question", "answer"]))),
  },
  {
    name: "mark.csv",
    container: "csv",
    form: "question_answer",
    encoding: "utf-8",
    make: (p) => Buffer.from(`\uFEFF${csv(table(umlauts(p), ["Frage", "Antwort"]), ";")}`),
  },
  {
    name: "utf16le.csv",
    container: "csv",
    form: "question_answer",
    encoding: "utf-16le",
    make: (p) => utf16(csv(table(umlauts(p), ["Frage", "Antwort"]), "\t")),
  },
  {
    name: "utf16be.jsonl",
    container: "jsonl",
    form: "alpaca",
    encoding: "utf-16be",
    make: (p) => utf16(lines(umlauts(p).map(alpaca)).toString(), { big: true }),
  },
  {
    name: "utf16-without-mark.jsonl",
    container: "jsonl",
    form: "alpaca",
    encoding: "utf-16le",
    make: (p) => utf16(lines(umlauts(p).map(alpaca)).toString(), { mark: false }),
  },
  {
    name: "gbk.csv",
    container: "csv",
    form: "question_answer",
    encoding: "gb18030",
    make: (p) => encodeAs("gbk", csv(table(chinese(p), ["问题", "答案"]))),
  },
  {
    name: "gbk.jsonl",
    container: "jsonl",
    form: "alpaca",
    encoding: "gb18030",
    make: (p) => encodeAs("gbk", lines(chinese(p).map(alpaca)).toString()),
  },
  {
    name: "windows-1252.csv",
    container: "csv",
    form: "question_answer",
    encoding: "windows-1252",
    make: (p) => encodeAs("windows-1252", csv(table(umlauts(p), ["Frage", "Antwort"]), ";")),
  },
  {
    name: "windows-1252.json",
    container: "json",
    form: "alpaca",
    encoding: "windows-1252",
    make: (p) => encodeAs("windows-1252", list(umlauts(p).map(alpaca), 2).toString()),
  },
];
