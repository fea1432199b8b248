import { collect, settingOptions, watchOptions, type Joining } from "./options.ts";
import { specHelp } from "./spec-help.ts";

/** `new`, `settings`, `train`, `plan`, `check`, `sweep` and `sweeps`. */
export function defineMaking({ program, on }: Joining): void {
  on(
    settingOptions(
      program
        .command("new")
        .description("create a project")
        .argument("<name>", "any name; the short name for commands is made from it")
        .option("--model <model>", "starter, a folder, or a hub id")
        .option(
          "--data <file>",
          "file with examples: JSONL, JSON, CSV, Excel, Parquet, … (repeatable)",
          collect,
        )
        .option("--check <file>", "file with held-out rows (repeatable)", collect)
        .option("--target <name>", "the model's name in Ollama")
        .option("--description <text>", "what it is for"),
      "saved in the project",
    ),
    async (context, [name = ""], options) => {
      const { newProject } = await import("#cli/commands/new.ts");
      await newProject(context, name, options);
    },
  );
  on(
    settingOptions(
      program
        .command("settings")
        .description("show a project's settings as they take effect here, or change them")
        .argument("<project>", "its short name or its name")
        .option("--reset <section>", "put a section back to its defaults (repeatable)", collect),
      "saved in the project",
    ),
    async (context, [project = ""], options) => {
      const { settings } = await import("#cli/commands/settings.ts");
      await settings(context, project, options);
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
        .option("--allow-4bit", "load in 4 bits where nothing else lets it fit into memory")
        .option("--replace-data", "take files out of the project that the spec file does not name")
        .addHelpText("after", specHelp),
      "for this run alone",
    ),
    async (context, [target = ""], options) => {
      const { train } = await import("#cli/commands/train.ts");
      return train(context, target, options);
    },
  );
  on(
    settingOptions(
      program
        .command("plan")
        .description("say what training would do and need, by part, without starting")
        .argument("<project>", "its short name or its name"),
      "for this plan alone",
    ),
    async (context, [project = ""], options) => {
      const { plan } = await import("#cli/commands/plan.ts");
      await plan(context, project, options);
    },
  );
  on(
    program
      .command("check")
      .description("account for every row of a data file, a spec file or a project")
      .argument("<target>", "a data file of any form, a spec file, or a project")
      .option("--check <file>", "held-out rows beside a data file (repeatable)", collect)
      .option("--all", "list every row that is left out, not the first twenty")
      .option("--no-findings", "account for the rows, and look for no faults in them"),
    async (context, [target = ""], options) => {
      const { check } = await import("#cli/commands/check.ts");
      return check(context, target, options);
    },
  );
  on(
    program
      .command("fix")
      .description("list what is wrong with a project's examples, or mend it in a new version")
      .argument("<project>", "its short name or its name")
      .argument("[finding]", "the code of a finding, such as exact_duplicate")
      .option("--with <fix>", "one of the finding's fixes; the first where absent")
      .option("--preview", "show what would change, and change nothing"),
    async (context, [project = "", finding], options) => {
      const { fix } = await import("#cli/commands/fix.ts");
      await fix(context, project, finding, options);
    },
  );
  on(
    program
      .command("versions")
      .description("list the versions of a data file that fixes made, compare them, restore one")
      .argument("<project>", "its short name or its name")
      .argument("[file]", "the data file; the first where absent")
      .option("--restore <version>", "let this one count from now on; 0 = as uploaded")
      .option("--compare <version>", "show what differs from this one to the one that counts"),
    async (context, [project = "", file], options) => {
      const { versions } = await import("#cli/commands/fix.ts");
      await versions(context, project, file, options);
    },
  );
  on(
    program
      .command("sweep")
      .description("queue runs that differ in settings, ranked by their held-out loss")
      .argument("<project>", "its short name or its name")
      .option(
        "--over <key=values>",
        "a parameter's values by commas, or by semicolons (repeatable: every combination is tried)",
        collect,
      )
      .option("--no-early-stop", "let every trial go to its end, however far behind it is")
      .option("--allow-4bit", "load in 4 bits where nothing else lets a trial fit into memory"),
    async (context, [project = ""], options) => {
      const { sweep } = await import("#cli/commands/sweep.ts");
      await sweep(context, project, options);
    },
  );
  on(
    program
      .command("sweeps")
      .description("how the trials of a project's sweeps stand, the best first")
      .argument("<project>", "its short name or its name")
      .option("--cancel <sweep>", "cancel what waits or is going on of one"),
    async (context, [project = ""], options) => {
      const { sweeps } = await import("#cli/commands/sweep.ts");
      await sweeps(context, project, options);
    },
  );
}
