import { InvalidArgumentError } from "commander";
import { collect, type Joining } from "./options.ts";

/** `queue` with what changes it, and `disk`. */
export function defineQueueing({ program, on }: Joining): void {
  const queue = program.command("queue").description("what runs, and what waits for the device");
  on(
    queue.command("list", { isDefault: true }).description("the next run first (the default)"),
    async (context) => {
      const commands = await import("#cli/commands/queue.ts");
      await commands.queue(context);
    },
  );
  on(
    queue
      .command("move")
      .description("give a waiting run another place")
      .argument("<run>", "<project>/<number>, an id, or a project")
      .argument("<place>", "1 = next", place),
    async (context, [run = "", position]) => {
      const { changeQueue } = await import("#cli/commands/queue.ts");
      await changeQueue(context, run, { position: Number(position) });
    },
  );
  for (const [name, description] of [
    ["hold", "let a waiting run stay where it is until it is released"],
    ["release", "let a held run go on"],
    ["remove", "take a waiting run out; `resume` puts it in again"],
  ] as const) {
    on(
      queue
        .command(name)
        .description(description)
        .argument("<run>", "<project>/<number>, an id, or a project"),
      async (context, [run = ""]) => {
        const { changeQueue } = await import("#cli/commands/queue.ts");
        await changeQueue(context, run, name);
      },
    );
  }
  on(
    program
      .command("disk")
      .description("what of the workspace is safe to delete, and by how much")
      .option("--delete <name>", "delete it for good (repeatable)", collect)
      .option("--all", "every part of the workspace by project, in use or safe to delete")
      .option("--remove <path>", "delete a part that --all lists as safe (repeatable)", collect),
    async (context, _operands, options) => {
      const { disk } = await import("#cli/commands/disk.ts");
      await disk(context, options);
    },
  );
}

function place(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1) throw new InvalidArgumentError("It must be 1 or more.");
  return value;
}
