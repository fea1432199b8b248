import { createInterface } from "node:readline/promises";
import { text as readAll } from "node:stream/consumers";
import { Writable } from "node:stream";
import { AppError } from "#contract/errors.ts";
import { hubPlace } from "#core/hub/place.ts";
import { hubToken } from "#core/hub/token.ts";
import { updateSettings } from "#core/settings.ts";
import type { Context } from "#cli/context.ts";
import { modelWords } from "#cli/output/model-words.ts";

/** `tunesmith token`: where it is from, never what it is. */
export async function showToken({ terminal, workspace }: Context): Promise<void> {
  const source = (await hubToken(workspace))?.source ?? null;
  terminal.data({ source });
  const words = modelWords[terminal.language];
  terminal.say(source === null ? words.noToken : words.token(source, hubPlace().host));
}

/** `tunesmith token set`: never from an argument, which other programs and a shell's history see. */
export async function setToken(context: Context): Promise<void> {
  const { terminal, workspace } = context;
  const words = modelWords[terminal.language];
  const given = process.stdin.isTTY
    ? await askHidden(words.askToken)
    : await readAll(process.stdin);
  const token = given.trim();
  if (token === "" || /\s/.test(token)) {
    throw new AppError("bad_request", { detail: words.tokenExpected });
  }
  await updateSettings(workspace, { huggingFaceToken: token });
  await showToken(context);
}

/** `tunesmith token remove` */
export async function removeToken(context: Context): Promise<void> {
  await updateSettings(context.workspace, { huggingFaceToken: null });
  await showToken(context);
}

/** Asks without showing what is typed. */
async function askHidden(question: string): Promise<string> {
  process.stderr.write(question);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: silent, terminal: true });
  try {
    return await lines.question("");
  } finally {
    lines.close();
    process.stderr.write("\n");
  }
}
