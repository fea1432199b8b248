import { InvalidArgumentError, Option, type Command } from "commander";
import type { CommonOptions, Context } from "#cli/context.ts";

export type Result = number | void;

/** What a definition needs to join the command line. */
export interface Joining {
  readonly program: Command;
  /** Adds the options that every command has. */
  readonly common: (command: Command) => Command;
  /** A command on the workspace: its module, and core, load when it runs. */
  readonly on: (
    command: Command,
    run: (context: Context, operands: (string | undefined)[], options: never) => Promise<Result>,
  ) => void;
  /** Hands over the exit code; nothing means done. */
  readonly finish: (result: Result) => void;
}

export const common = (command: Command): Command =>
  command
    .option("--json", "JSON for programs; JSON lines where it goes on")
    .option("--home <folder>", "the workspace (default: $TUNESMITH_HOME, else ~/.tunesmith)");

export const allOptions = (command: Command): CommonOptions =>
  command.optsWithGlobals<CommonOptions>();

export const withRun = (command: Command): Command =>
  command.argument("[run]", "<project>, <project>/<number>, an id, or latest", "latest");

export const settingOptions = (command: Command, fate: string): Command =>
  command
    .option("--preset <name>", `a named set of settings, ${fate}`)
    .option("--set <key=value>", `a parameter, ${fate} (repeatable)`, collect);

export const watchOptions = (command: Command): Command =>
  command
    .option("--follow", "show it to its end (the default)")
    .addOption(new Option("--detach", "start it and return").conflicts("follow"))
    .option("--answers <n>", "how many answers to show side by side", toCount)
    .addOption(secondsOption());

export const secondsOption = (): Option =>
  new Option(
    "--seconds <n>",
    "where no terminal redraws: at most one line of progress in n seconds",
  )
    .default(5)
    .argParser(toCount);

export const collect = (value: string, before: string[] = []): string[] => [...before, value];

function toCount(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value)) {
    throw new InvalidArgumentError("It must be a whole number.");
  }
  return value;
}

export function toRate(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value)) {
    throw new InvalidArgumentError("It must be a number.");
  }
  return value;
}

export function toPort(text: string): number {
  const value = toCount(text);
  if (value > 65535) throw new InvalidArgumentError("It must be at most 65535.");
  return value;
}
