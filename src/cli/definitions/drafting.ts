import { collect, type Joining } from "./options.ts";

/** `draft` and `drafts`. */
export function defineDrafting({ program, on }: Joining): void {
  on(
    program
      .command("draft")
      .description("let a model write questions and answers from documents, to be approved by you")
      .argument("<project>", "its short name or its name")
      .argument("[files...]", "text, Markdown, HTML, PDF or DOCX; those added before count, too")
      .requiredOption("--model <model>", "the name of the model that writes")
      .option("--service <service>", "ollama (where absent), openai, anthropic or mistral")
      .option("--address <url>", "where it is; the service's own address where absent")
      .option("--key-from <variable>", "store the key that this variable holds, for this address")
      .option("--per-passage <count>", "questions for each passage, 3 where absent")
      .option("--language <language>", "of the rows; that of the passage where absent")
      .option("--style <words>", "how the answers shall sound")
      .option("--plan", "show what would be sent where, and send nothing")
      .option("--yes", "send without asking"),
    async (context, [project = "", files], options) => {
      const { draft } = await import("#cli/commands/draft.ts");
      // Commander hands the last operand over as a list.
      await draft(context, project, (files ?? []) as unknown as string[], options);
    },
  );
  on(
    program
      .command("drafts")
      .description(
        "read drafts with their passages, approve or reject them, put them into the data",
      )
      .argument("<project>", "its short name or its name")
      .option("--approve <id>", "a draft's id, or all for those undecided (repeatable)", collect)
      .option("--reject <id>", "the same (repeatable)", collect)
      .option("--publish", "put the approved drafts into a data file"),
    async (context, [project = ""], options) => {
      const { drafts } = await import("#cli/commands/drafts.ts");
      await drafts(context, project, options);
    },
  );
}
