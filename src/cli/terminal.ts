import { stripVTControlCharacters, styleText } from "node:util";
import type { Language } from "#contract/errors.ts";
import { languageFrom } from "./language.ts";

type Style = Parameters<typeof styleText>[0];

/** Where a command writes, and how: for a person at a terminal, for a file, or for a program. */
export interface Terminal {
  /** JSON for programs: one value, or JSON lines for streams. */
  readonly json: boolean;
  /** A person watches: redraw in place. */
  readonly live: boolean;
  readonly width: number;
  readonly language: Language;
  /** A line for people; silent with --json. */
  readonly say: (line?: string) => void;
  /** A line for people beside the result, on stderr, so that pipes stay clean; silent with --json. */
  readonly hint: (line: string) => void;
  /** One JSON value on a line of its own; silent without --json. */
  readonly data: (value: unknown) => void;
  /** Colours where the stream has them (NO_COLOR and FORCE_COLOR count). */
  readonly style: (style: Style, text: string) => string;
}

const defaultWidth = 100;

export function openTerminal(
  json: boolean,
  streams: { stdout: NodeJS.WriteStream; stderr: NodeJS.WriteStream } = process,
  environment: NodeJS.ProcessEnv = process.env,
): Terminal {
  const { stdout, stderr } = streams;
  const columns = Number(environment["COLUMNS"]);
  return {
    json,
    live: !json && environment["TERM"] !== "dumb" && stdout.isTTY,
    get width() {
      return stdout.columns || (columns > 0 ? columns : defaultWidth);
    },
    get language() {
      return languageFrom(environment);
    },
    say: (line = "") => void (json || stdout.write(`${line}\n`)),
    hint: (line) => void (json || stderr.write(`${line}\n`)),
    data: (value) => void (json && stdout.write(`${JSON.stringify(value)}\n`)),
    style: (style, text) => styleText(style, text, { stream: stdout }),
  };
}

/**
 * Text from data or a model as it may reach a terminal: no escape sequences, no control characters
 * but line breaks, tabs as blanks.
 */
export function printable(text: string): string {
  return (
    stripVTControlCharacters(text)
      .replaceAll("\r\n", "\n")
      .replaceAll("\t", "  ")
      // eslint-disable-next-line no-control-regex
      .replaceAll(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F]/g, "")
  );
}
