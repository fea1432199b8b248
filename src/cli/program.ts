import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { packageRoot } from "./command-name.ts";
import type { CommonOptions, Context } from "./context.ts";
import { exitCodes, exitMeanings, type ExitName } from "./exit-codes.ts";

type Result = number | void;

/** Runs `tunesmith` with these arguments. Returns the exit code; never throws for expected failures. */
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

/** Commander has said what is wrong; for programs it is said again as JSON. */
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

function buildProgram(finish: (result: Result) => void, json: boolean): Command {
  const program = new Command("tunesmith")
    .description(
      "Fine-tune an open language model on your own examples, and see that it got better.",
    )
    .version(version())
    .exitOverride()
    .showHelpAfterError("(--help after a command shows its options)")
    .configureOutput({ outputError: (text, write) => (json ? undefined : write(text)) })
    .addHelpText("after", () => `\n${exitHelp()}`);

  const common = (command: Command): Command =>
    command
      .option("--json", "JSON for programs; JSON lines where it goes on")
      .option("--home <folder>", "the workspace (default: $TUNESMITH_HOME, else ~/.tunesmith)");

  /** A command on the workspace: its module and core load when it runs. */
  const on = (
    command: Command,
    run: (context: Context, operands: string[], options: never) => Promise<Result>,
  ): Command =>
    common(command).action(async (...given: unknown[]) => {
      const { openContext } = await import("./context.ts");
      const self = given.at(-1) as Command;
      const options = self.optsWithGlobals<CommonOptions>();
      const context = await openContext(options);
      finish(await run(context, self.processedArgs as string[], options as never));
    });

  addServing(program, common, finish);
  addMaking(program, on);
  addWatching(program, on);
  addUsing(program, on);
  addLooking(program, on, common, finish);
  return program;
}

type On = (
  command: Command,
  run: (context: Context, operands: string[], options: never) => Promise<Result>,
) => Command;
type Finish = (result: Result) => void;

function addServing(program: Command, common: (command: Command) => Command, finish: Finish): void {
  common(
    program
      .command("start")
      .description("serve the page; on an empty workspace do a practice run first")
      .option("--port <number>", "port of the page", toPort)
      .option("--host <address>", "address to listen on; beyond loopback it demands a token")
      .option("--no-practice", "no practice run")
      .option("--demo", "do the practice run without serving, and exit with its result"),
  ).action(async (_options: unknown, self: Command) => {
    const { start } = await import("./commands/start.ts");
    finish(await start(self.optsWithGlobals()));
  });
  common(
    program
      .command("doctor")
      .description("what this machine has, what it can train, and what is missing")
      .option("--repair", "install or mend the training engine"),
  ).action(async (_options: unknown, self: Command) => {
    const { doctor } = await import("./commands/doctor.ts");
    finish(await doctor(self.optsWithGlobals()));
  });
}

function addMaking(program: Command, on: On): void {
  on(
    settingOptions(
      program
        .command("new")
        .description("create a project")
        .argument("<name>", "any name; the short name for commands is made from it")
        .option("--model <model>", "starter, a folder, or a hub id")
        .option("--data <file>", "JSONL file with examples (repeatable)", collect)
        .option("--check <file>", "JSONL file with held-out rows (repeatable)", collect)
        .option("--target <name>", "the model's name in Ollama")
        .option("--description <text>", "what it is for"),
      "saved in the project",
    ),
    async (context, [name = ""], options) => {
      const { newProject } = await import("./commands/new.ts");
      await newProject(context, name, options);
    },
  );
  on(
    settingOptions(
      watchOptions(
        program
          .command("train")
          .description("train a project, or what a spec file describes, and show how it goes")
          .argument("<target>", "a project, or a spec file (.yaml, .yml, .json)"),
      )
        .option("--replace-data", "take files out of the project that the spec file does not name")
        .addHelpText("after", specHelp),
      "for this run alone",
    ),
    async (context, [target = ""], options) => {
      const { train } = await import("./commands/train.ts");
      return train(context, target, options);
    },
  );
  on(
    program
      .command("check")
      .description("account for every row of a data file, a spec file or a project")
      .argument("<file>", "JSONL, a spec file, or a project")
      .option("--as-check", "look at the file as held-out rows")
      .option("--all", "list every row that is left out"),
    async (context, [target = ""], options) => {
      const { check } = await import("./commands/check.ts");
      return check(context, target, options);
    },
  );
}

function addWatching(program: Command, on: On): void {
  on(
    program
      .command("runs")
      .description("list runs, newest first")
      .argument("[project]", "one project's only"),
    async (context, [project]) => {
      const { runs } = await import("./commands/runs.ts");
      await runs(context, project);
    },
  );
  on(
    withRun(program.command("show").description("where a run stands, and its result")).option(
      "--answers",
      "every answer on the held-out rows",
    ),
    async (context, [run = ""], options) => {
      const { show } = await import("./commands/show.ts");
      await show(context, run, options);
    },
  );
  on(
    withRun(program.command("logs").description("what a run did"))
      .option("-f, --follow", "go on until it ends; Ctrl-C leaves it running")
      .option("--worker", "what the libraries printed instead")
      .addOption(secondsOption()),
    async (context, [run = ""], options) => {
      const { logs } = await import("./commands/logs.ts");
      return logs(context, run, options);
    },
  );
  on(
    withRun(
      program.command("cancel").description("stop a run at its next safe point; it can be resumed"),
    ).option("--no-wait", "do not wait until it has stopped"),
    async (context, [run = ""], options) => {
      const { cancel } = await import("./commands/cancel.ts");
      return cancel(context, run, options);
    },
  );
  on(
    watchOptions(
      withRun(program.command("resume").description("continue a run that failed or was stopped")),
    ),
    async (context, [run = ""], options) => {
      const { resume } = await import("./commands/resume.ts");
      return resume(context, run, options);
    },
  );
}

function addUsing(program: Command, on: On): void {
  on(
    withRun(program.command("export").description("copy a run's model to a folder"))
      .argument("[folder]", "default: <project>-<number> here")
      .option("--what <parts>", "gguf, modelfile, adapter, merged, report", collect)
      .option("--all", "every part"),
    async (context, [run = "", folder], options) => {
      const { exportFiles } = await import("./commands/export.ts");
      await exportFiles(context, run, folder, options);
    },
  );
  on(
    withRun(program.command("chat").description("talk to a run's model, without Ollama"))
      .option("--base", "let the base model answer beside it")
      .option("-p, --prompt <text>", "ask this and end (repeatable: one conversation)", collect)
      .option("--system <text>", "another system prompt")
      .option("--set <key=value>", "a modelfile_config parameter (repeatable)", collect),
    async (context, [run = ""], options) => {
      const { chat } = await import("./commands/chat.ts");
      await chat(context, run, options);
    },
  );
}

function addLooking(
  program: Command,
  on: On,
  common: (command: Command) => Command,
  finish: Finish,
): void {
  on(program.command("projects").description("list projects"), async (context) => {
    const { projects } = await import("./commands/projects.ts");
    await projects(context);
  });
  common(
    program
      .command("parameters")
      .description("every parameter: default, range, what it does")
      .argument("[name]", "a section or a parameter"),
  ).action(async (name: string | undefined, _options: unknown, self: Command) => {
    const [{ parameters }, { openTerminal }] = await Promise.all([
      import("./commands/parameters.ts"),
      import("./terminal.ts"),
    ]);
    parameters(openTerminal(self.optsWithGlobals<CommonOptions>().json ?? false), name);
    finish(exitCodes.ok);
  });
}

const withRun = (command: Command): Command =>
  command.argument("[run]", "<project>, <project>/<number>, an id, or latest", "latest");

const settingOptions = (command: Command, fate: string): Command =>
  command
    .option("--preset <name>", `a named set of settings, ${fate}`)
    .option("--set <key=value>", `a parameter, ${fate} (repeatable)`, collect);

const watchOptions = (command: Command): Command =>
  command
    .option("--follow", "show it to its end (the default)")
    .addOption(new Option("--detach", "start it and return").conflicts("follow"))
    .option("--answers <n>", "how many answers to show side by side", toCount)
    .addOption(secondsOption());

const secondsOption = (): Option =>
  new Option(
    "--seconds <n>",
    "where no terminal redraws: at most one line of progress in n seconds",
  )
    .default(5)
    .argParser(toCount);

const collect = (value: string, before: string[] = []): string[] => [...before, value];

function toCount(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0)
    throw new InvalidArgumentError("It must be a whole number.");
  return value;
}

function toPort(text: string): number {
  const value = toCount(text);
  if (value > 65535) throw new InvalidArgumentError("It must be at most 65535.");
  return value;
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

const specHelp = `
A spec file names a project and everything about it; paths are relative to the file:

  name: Shop answers
  model: starter            # or a folder, or a hub id
  data: [my-examples.jsonl]
  check: my-check.jsonl     # optional; else rows are held out by a seeded split
  preset: balanced          # optional
  target_name: shop         # optional; the name in Ollama
  training_config: { num_train_epochs: 3 }
  lora_config: { r: 64, use_rslora: true }
  quantization_config: { output_quantization: q4_k_m }
  modelfile_config: { temperature: 0.7 }

Training it again updates the project of that name. What the file names becomes exactly as it says
(a section's other keys go back to their defaults); what it does not name stays.
Ctrl-C leaves the run going on.`;
