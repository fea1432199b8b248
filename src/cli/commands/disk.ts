import { AppError } from "#contract/errors.ts";
import { reclaimKinds } from "#core/reclaim.ts";
import type { ReclaimKind } from "#core/reclaim.ts";
import type { Context } from "#cli/context.ts";
import { commandName } from "#cli/command-name.ts";
import { bytes, plural } from "#cli/output/format.ts";
import { renderTable } from "#cli/output/table.ts";

const words: Record<ReclaimKind, string> = {
  trash: "deleted projects and runs; they cannot be restored then",
  checkpoints: "of finished runs; their adapter and GGUF stay",
  merged: "weights of finished runs; GGUF and adapter stay",
  tokens: "rows in tokens; the next run of the same rows makes them anew",
  leftovers: "what a crash left half-made",
};

/** `tunesmith disk`: what is safe to delete, and by how much; deletes only what is named. */
export async function disk(context: Context, options: { delete?: string[] }): Promise<void> {
  const { workspace, terminal } = context;
  const { findReclaimable, reclaim } = await import("#core/reclaim.ts");
  const { freeBytes } = await import("#core/engine/disk.ts");
  const kinds = (options.delete ?? []).map(requireKind);
  const freed = kinds.length > 0 ? await reclaim(workspace, kinds) : 0;
  const list = await findReclaimable(workspace);
  const free = await freeBytes(workspace.home);
  const reclaimable = list.map(({ kind, paths, bytes: size }) => ({
    kind,
    items: paths.length,
    bytes: size,
  }));
  terminal.data({ home: workspace.home, freeBytes: free, freedBytes: freed, reclaimable });
  if (terminal.json) return;
  if (kinds.length > 0) terminal.say(`${bytes(freed)} deleted.`);
  terminal.say(`${workspace.home}: ${bytes(free)} free on its disk.`);
  terminal.say();
  terminal.say(
    renderTable(
      [
        { title: "Safe to delete" },
        { title: "Size", align: "right" },
        { title: "What", minimum: 20 },
      ],
      list.map(({ kind, paths, bytes: size }) => [
        kind,
        bytes(size),
        `${plural(paths.length, "item")}: ${words[kind]}`,
      ]),
      terminal.width,
    ),
  );
  if (list.some(({ bytes: size }) => size > 0)) {
    terminal.say(`Delete with: ${commandName()} disk --delete <name>`);
  }
}

function requireKind(name: string): ReclaimKind {
  const kind = reclaimKinds.find((known) => known === name);
  if (kind) return kind;
  const options = reclaimKinds.join(", ");
  throw new AppError("parameter_option", { field: "--delete", options, value: name });
}
