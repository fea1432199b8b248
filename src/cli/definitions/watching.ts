import { secondsOption, toRate, watchOptions, withRun, type Joining } from "./options.ts";

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
  for (const [wish, description] of [
    ["cancel", "stop a run at its next safe point; it can be resumed"],
    ["pause", "stop a run at its next safe point and free its memory, until it is resumed"],
  ] as const) {
    on(
      withRun(program.command(wish).description(description)).option(
        "--no-wait",
        "do not wait until it has stopped",
      ),
      async (context, [run = ""], options) => {
        const { stop } = await import("#cli/commands/stop.ts");
        return stop(context, run, wish, options);
      },
    );
  }
  on(
    withRun(
      program.command("restart").description("start a stalled run anew from its last checkpoint"),
    ),
    async (context, [run = ""]) => {
      const { restart } = await import("#cli/commands/stop.ts");
      await restart(context, run);
    },
  );
  on(
    watchOptions(
      program
        .command("resume")
        .description("continue a run that broke off or stopped, or make a model of a sweep's trial")
        .argument("[run]", "<project>, <project>/<number>, an id; the newest that stands still")
        .option(
          "--learning-rate <rate>",
          "from its checkpoint on; where the loss was no number, from one that is good",
          toRate,
        )
        .option("--allow-4bit", "load the weights in 4 bits, where it asks for that"),
    ),
    async (context, [run], options) => {
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
