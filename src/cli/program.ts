import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command, CommanderError } from "commander";
import { packageRoot } from "./command-name.ts";
import { defineDrafting } from "./definitions/drafting.ts";
import { defineKeeping } from "./definitions/keeping.ts";
import { defineMaking } from "./definitions/making.ts";
import { defineModels } from "./definitions/models.ts";
import { defineOllama } from "./definitions/ollama.ts";
import { allOptions, common, type Joining } from "./definitions/options.ts";
import { defineQueueing } from "./definitions/queueing.ts";
import { defineServing } from "./definitions/serving.ts";
import { defineUsing } from "./definitions/using.ts";
import { defineWatching } from "./definitions/watching.ts";
import { exitCodes, exitMeanings, type ExitName } from "./exit-codes.ts";

/** Runs `tunesmith` with these arguments and returns the exit code; failures are written, not thrown. */
export async function runCommandLine(args: readonly string[]): Promise<number> {
  const json = args.includes("--json");
  let code: number = exitCodes.ok;
  const program = buildProgram((result) => (code = result ?? exitCodes.ok), json);
  try {
    await program.parseAsync([...args], { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return usageExit(error, json);
    const [{ reportError }, { languageFrom }] = await Promise.all([
      import("./report-error.ts"),
      import("./language.ts"),
    ]);
    return reportError(error, { json, language: languageFrom(process.env) });
  }
}

/** Commander has said what is wrong; for programs it is said as JSON instead. */
async function usageExit(error: CommanderError, json: boolean): Promise<number> {
  if (error.exitCode === 0) return exitCodes.ok;
  if (json) {
    const { AppError } = await import("#contract/errors.ts");
    const detail = error.message.replace(/^error: /, "").replaceAll("\n", " ");
    const body = new AppError("bad_request", { detail }).toBody();
    process.stderr.write(`${JSON.stringify({ error: body })}\n`);
  }
  return exitCodes.usage;
}

function buildProgram(finish: Joining["finish"], json: boolean): Command {
  // What is set here before the first command is inherited by every command.
  const program = new Command("tunesmith")
    .description(
      "Fine-tune an open language model on your own examples, and see that it got better.",
    )
    .version(version())
    .exitOverride()
    .showHelpAfterError(json ? false : "(--help after a command shows its options)")
    .configureOutput({ outputError: (text, write) => (json ? undefined : write(text)) })
    .addHelpText("after", () => `\n${exitHelp()}`);
  const on: Joining["on"] = (command, run) => {
    common(command).action(async (...given: unknown[]) => {
      const { openContext } = await import("./context.ts");
      const self = given.at(-1) as Command;
      const context = await openContext(allOptions(self));
      const operands = self.processedArgs as (string | undefined)[];
      finish(await run(context, operands, allOptions(self) as never));
    });
  };
  const joining = { program, common, on, finish };
  defineServing(joining);
  defineMaking(joining);
  defineDrafting(joining);
  defineWatching(joining);
  defineQueueing(joining);
  defineUsing(joining);
  defineKeeping(joining);
  defineModels(joining);
  defineOllama(joining);
  return program;
}

function version(): string {
  const text = readFileSync(join(packageRoot, "package.json"), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}

function exitHelp(): string {
  const names = Object.keys(exitCodes) as ExitName[];
  const lines = names.map(
    (name) => `  ${String(exitCodes[name]).padStart(3)}  ${exitMeanings[name]}`,
  );
  return `Exit codes:\n${lines.join("\n")}`;
}
