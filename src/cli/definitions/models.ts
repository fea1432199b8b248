import type { Joining } from "./options.ts";

/** `models` with what belongs to it, `dataset` and `token`. */
export function defineModels({ program, on }: Joining): void {
  const models = program
    .command("models")
    .description("list models to train, with what each would need on this machine")
    .option("--project <project>", "for the settings of this project");
  on(models, async (context, _operands, options) => {
    const { models: list } = await import("#cli/commands/models.ts");
    await list(context, options);
  });
  on(
    models
      .command("search")
      .description("search the Hugging Face hub")
      .argument("<words...>", "parts of a model's name"),
    async (context, [words], _options) => {
      const { searchHub } = await import("#cli/commands/models.ts");
      await searchHub(context, [words ?? ""].flat().join(" "));
    },
  );
  on(
    models
      .command("download")
      .description("download a model, or go on with it; Ctrl-C pauses")
      .argument("<id>", "its name on the hub, such as HuggingFaceTB/SmolLM2-135M-Instruct"),
    async (context, [id = ""]) => {
      const { download } = await import("#cli/commands/download.ts");
      return download(context, id);
    },
  );
  on(
    models
      .command("discard")
      .description("give up an unfinished download and delete what arrived")
      .argument("<id>", "its name on the hub"),
    async (context, [id = ""]) => {
      const { discard } = await import("#cli/commands/download.ts");
      await discard(context, id);
    },
  );

  on(
    program
      .command("dataset")
      .description("list the splits of a dataset on the hub, or download one into a project")
      .argument("<id>", "its name on the hub, such as owner/dataset")
      .argument("[project]", "the project that it becomes data of")
      .option("--subset <name>", "the subset", "default")
      .option("--split <name>", "the split", "train")
      .option("--as-check", "as held-out rows"),
    async (context, [id = "", project], options) => {
      const { dataset } = await import("#cli/commands/dataset.ts");
      return dataset(context, id, project, options);
    },
  );

  const token = program.command("token").description("say where the hub's access token is from");
  on(token, async (context) => {
    const { showToken } = await import("#cli/commands/token.ts");
    await showToken(context);
  });
  on(
    token.command("set").description("keep a token, read from a question or from standard input"),
    async (context) => {
      const { setToken } = await import("#cli/commands/token.ts");
      await setToken(context);
    },
  );
  on(token.command("remove").description("forget the token that was set here"), async (context) => {
    const { removeToken } = await import("#cli/commands/token.ts");
    await removeToken(context);
  });
}
