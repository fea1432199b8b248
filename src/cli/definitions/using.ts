import { Option, type Command } from "commander";
import { exitCodes } from "#cli/exit-codes.ts";
import { allOptions, collect, withRun, type Joining } from "./options.ts";

/** `export`, `chat`, `projects` and `parameters`. */
export function defineUsing({ program, common, on, finish }: Joining): void {
  on(
    withRun(program.command("export").description("copy a run's model to a folder"))
      .argument("[folder]", "default: <project>-<number> here")
      .option("--what <parts>", "gguf, modelfile, adapter, merged, report", collect)
      .option("--all", "every part"),
    async (context, [run = "", folder], options) => {
      const { exportFiles } = await import("#cli/commands/export.ts");
      await exportFiles(context, run, folder, options);
    },
  );
  on(
    withRun(program.command("chat").description("talk to a run's model; needs no Ollama"))
      .addOption(
        new Option("--ollama", "talk to it as Ollama serves it").conflicts(["base", "both"]),
      )
      .option("--base", "talk to its untouched base, with the same settings")
      .option("--both", "ask the base and the tuned model the same")
      .option("-p, --prompt <text>", "ask this and end (repeatable: one conversation)", collect)
      .option("--system <text>", "another system prompt")
      .option("--set <key=value>", "a modelfile_config parameter (repeatable)", collect),
    async (context, [run = ""], options) => {
      const { chat } = await import("#cli/commands/chat.ts");
      await chat(context, run, options);
    },
  );
  on(program.command("projects").description("list projects"), async (context) => {
    const { projects } = await import("#cli/commands/projects.ts");
    await projects(context);
  });
  common(
    program
      .command("parameters")
      .description("every parameter: default, range, what it does")
      .argument("[name]", "a section or a parameter"),
  ).action(async (name: string | undefined, _options: unknown, self: Command) => {
    const [{ parameters }, { openTerminal }] = await Promise.all([
      import("#cli/commands/parameters.ts"),
      import("#cli/terminal.ts"),
    ]);
    parameters(openTerminal(allOptions(self).json ?? false), name);
    finish(exitCodes.ok);
  });
}
