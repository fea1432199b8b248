import { secondsOption, watchOptions, withRun, type Joining } from "./options.ts";

/** `runs`, `show`, `logs`, `cancel`, `resume` and `compare`. */
export function defineWatching({ program, on }: Joining): void {
  on(
    program
      .command("runs")
      .description("list runs, newest first")
      .argument("[project]", "one project's only"),
    async (context, [project]) => {
      const { runs } = await import("#cli/commands/runs.ts");
      await runs(context, project);
    },
  );
  on(
    withRun(program.command("show").description("where a run stands, and its result")).option(
      "--answers",
      "every answer on the held-out rows",
    ),
    async (context, [run = ""], options) => {
      const { show } = await import("#cli/commands/show.ts");
      await show(context, run, options);
    },
  );
  on(
    withRun(program.command("logs").description("what a run did"))
      .option("-f, --follow", "go on until it ends; Ctrl-C leaves it running")
      .option("--worker", "what the libraries printed instead")
      .addOption(secondsOption()),
    async (context, [run = ""], options) => {
      const { logs } = await import("#cli/commands/logs.ts");
      return logs(context, run, options);
    },
  );
  on(
    withRun(
      program.command("cancel").description("stop a run at its next safe point; it can be resumed"),
    ).option("--no-wait", "do not wait until it has stopped"),
    async (context, [run = ""], options) => {
      const { cancel } = await import("#cli/commands/cancel.ts");
      return cancel(context, run, options);
    },
  );
  on(
    watchOptions(
      withRun(
        program
          .command("resume")
          .description(
            "continue a run that failed or was stopped, or make a model of a sweep's trial",
          ),
      ),
    ),
    async (context, [run = ""], options) => {
      const { resume } = await import("#cli/commands/resume.ts");
      return resume(context, run, options);
    },
  );
  on(
    program
      .command("compare")
      .description("what differs between runs in settings, data, environment, curves and scores")
      .argument("<runs...>", "two or more: <project>/<number>, an id, or latest"),
    async (context, [runs]) => {
      const { compare } = await import("#cli/commands/compare.ts");
      await compare(context, runs as unknown as string[]);
    },
  );
}
