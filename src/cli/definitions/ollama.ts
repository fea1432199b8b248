import { withRun, type Joining } from "./options.ts";

/** `deploy`, `deployed` and `remove`: what concerns Ollama. */
export function defineOllama({ program, on }: Joining): void {
  on(
    withRun(
      program.command("deploy").description("bring a run's model into Ollama, and prove it there"),
    )
      .option("--name <name>", "its name in Ollama (default: the project's)")
      .option("--replace", "replace a model of that name that is not this run's"),
    async (context, [run = ""], options) => {
      const { deployRun } = await import("#cli/commands/deploy.ts");
      await deployRun(context, run, options);
    },
  );
  on(
    program.command("deployed").description("list what Tunesmith put into Ollama"),
    async (context) => {
      const { deployed } = await import("#cli/commands/deployed.ts");
      await deployed(context);
    },
  );
  on(
    program
      .command("remove")
      .description("take one of these models out of Ollama; its run stays")
      .argument("<model>", "its name in Ollama")
      .option("--yes", "without a question"),
    async (context, [model = ""], options) => {
      const { removeModel } = await import("#cli/commands/deployed.ts");
      return removeModel(context, model, options);
    },
  );
}
