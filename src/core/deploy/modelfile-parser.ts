import { isGoPrintable } from "./go-printable.ts";

/** One instruction: `model` for FROM, a parameter's own name for PARAMETER, else its lower case. */
export interface ModelfileCommand {
  readonly name: string;
  readonly args: string;
}

const instructions = new Set([
  "from",
  "license",
  "template",
  "system",
  "adapter",
  "draft",
  "renderer",
  "parser",
  "parameter",
  "message",
  "requires",
]);
const roles = new Set(["system", "user", "assistant"]);

type State = "between" | "comment" | "name" | "parameter" | "role" | "value";

/** Go's unicode.IsSpace within the characters that can stand in a value, which TrimSpace removes. */
const edgeBlanks = /^[ \t\r\n]+|[ \t\r\n]+$/g;

/**
 * Read a Modelfile as Ollama's parser does (parser/parser.go): quotes have no escapes, a value ends
 * at the first line break at which its quotes are closed, and characters that Go calls unprintable
 * vanish. Throws a SyntaxError with the line where Ollama refuses the file.
 */
export function parseModelfile(text: string): ModelfileCommand[] {
  const commands: ModelfileCommand[] = [];
  let state: State = "between";
  let buffer = "";
  let name = "";
  let role = "";
  let line = 1;

  const refuse = (reason: string): never => {
    throw new SyntaxError(`Modelfile, line ${line}: ${reason}`);
  };
  const finish = (value: string): void => {
    commands.push({ name, args: role === "" ? value : `${role}: ${value}` });
    role = "";
  };

  for (const character of text.replace(/^\ufeff/, "")) {
    if (isBreak(character)) line += 1;
    if (state === "between") {
      if (character === "#") state = "comment";
      else if (!isBlank(character) && !isBreak(character)) {
        state = "name";
        buffer = isGoPrintable(character) ? character : "";
      }
    } else if (state === "comment") {
      if (isBreak(character)) state = "between";
    } else if (state === "value") {
      const value = isBreak(character) ? unquote(buffer) : undefined;
      if (value !== undefined) {
        finish(value);
        state = "between";
      } else if (isBreak(character) || isBlank(character) || isGoPrintable(character)) {
        buffer += character;
      }
    } else if (isBlank(character)) {
      const word = buffer;
      buffer = "";
      if (state === "name") {
        name = word.toLowerCase();
        if (!instructions.has(name)) refuse(`there is no instruction ${word}`);
        state = name === "parameter" ? "parameter" : name === "message" ? "role" : "value";
        if (name === "from") name = "model";
      } else {
        if (state === "role" && !roles.has(word)) refuse(`there is no role ${word}`);
        if (state === "role") role = word;
        else name = word;
        state = "value";
      }
    } else if (state === "parameter" ? /[a-z0-9_]/i.test(character) : /[a-z]/i.test(character)) {
      buffer += character;
    } else refuse(`unexpected “${character}”`);
  }

  if (state === "value") finish(unquote(buffer) ?? refuse("quotes are not closed"));
  else if (state !== "between" && state !== "comment") refuse("it ends too early");
  if (!commands.some((command) => command.name === "model")) refuse("there is no FROM line");
  return commands;
}

/** The value between quotes, or undefined while they are still open. */
function unquote(buffer: string): string | undefined {
  const text = buffer.replace(edgeBlanks, "");
  for (const quotes of ['"""', '"']) {
    if (!text.startsWith(quotes)) continue;
    const closed = text.length >= 2 * quotes.length && text.endsWith(quotes);
    return closed ? text.slice(quotes.length, -quotes.length) : undefined;
  }
  return text;
}

function isBlank(character: string): boolean {
  return character === " " || character === "\t";
}

function isBreak(character: string): boolean {
  return character === "\n" || character === "\r";
}
