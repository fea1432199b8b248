import type { Container, RowForm } from "#contract/data-format.ts";

/** What people call these; the German of sentences knows the same words. */
export const formNames: Record<RowForm, string> = {
  messages: "OpenAI messages",
  sharegpt: "ShareGPT conversations",
  alpaca: "Alpaca",
  prompt_completion: "prompt and completion",
  question_answer: "question and answer",
  text: "plain text for continued training",
};

export const containerNames: Record<Container, string> = {
  jsonl: "JSON lines",
  json: "JSON",
  csv: "a table in text",
  xlsx: "an Excel workbook",
  parquet: "Parquet",
  markdown: "a Markdown table",
  text: "plain text",
};

const delimiterNames: Record<string, string> = {
  ",": "comma",
  ";": "semicolon",
  "\t": "tab",
  "|": "bar",
  ":": "colon",
  " ": "space",
};

export const delimiterName = (delimiter: string): string =>
  delimiterNames[delimiter] ??
  // What cannot be seen is told by its number.
  (/[\p{C}\p{Z}]/u.test(delimiter)
    ? `U+${delimiter.codePointAt(0)?.toString(16).toUpperCase().padStart(4, "0")}`
    : delimiter);
