import { watchOptions, withRun, type Joining } from "./options.ts";

/** `verify`, `reproduce`, `export-run` and `import-run`: what a run is worth in a year, and elsewhere. */
export function defineKeeping({ program, on }: Joining): void {
  on(
    withRun(
      program
        .command("verify")
        .description("hold every hash of a run's passport against what is there now"),
    ).option("--all", "list what is equal, too"),
    async (context, [run = ""], options) => {
      const { verify } = await import("#cli/commands/verify.ts");
      return verify(context, run, options);
    },
  );
  on(
    watchOptions(
      withRun(
        program
          .command("reproduce")
          .description("do a finished run again from its frozen parts, and compare"),
      ),
    ),
    async (context, [run = ""], options) => {
      const { reproduce } = await import("#cli/commands/reproduce.ts");
      return reproduce(context, run, options);
    },
  );
  on(
    program
      .command("export-run")
      .description("a whole run, also an unfinished one, as one file for another machine")
      .argument("<run>", "<project>, <project>/<number>, an id, or latest")
      .argument("<file>", "the archive to write; it must not exist yet")
      .option("--with-base", "the base model, too, for a machine that does not have it"),
    async (context, [run = "", file = ""], options) => {
      const { exportWholeRun } = await import("#cli/commands/move-run.ts");
      await exportWholeRun(context, run, file, options);
    },
  );
  on(
    program
      .command("import-run")
      .description("bring in a run that export-run wrote; every hash is checked")
      .argument("<file>", "the archive")
      .option("--model <folder>", "where its base model lies on this machine"),
    async (context, [file = ""], options) => {
      const { importWholeRun } = await import("#cli/commands/move-run.ts");
      await importWholeRun(context, file, options);
    },
  );
}
