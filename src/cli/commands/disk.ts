import { AppError } from "#contract/errors.ts";
import { reclaimKinds } from "#core/reclaim.ts";
import type { DiskKind } from "#contract/disk-kinds.ts";
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
export async function disk(
  context: Context,
  options: { delete?: string[]; all?: boolean; remove?: string[] },
): Promise<void> {
  if (options.all || options.remove) return listParts(context, options.remove ?? []);
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

const partWords: Record<DiskKind, string> = {
  data: "examples and documents",
  run: "adapter, GGUF, report and log",
  checkpoints: "a checkpoint",
  merged: "merged weights",
  leftovers: "half-made",
  trash: "deleted; it cannot be restored then",
  base_models: "an untouched base for the chat; made anew when needed",
  models: "a base that came along with a run",
  cache: "made anew when needed",
  engine: "the training engine",
  records: "settings, queue and records",
};

/** Every part of the workspace by project; deletes those that are named. */
async function listParts({ workspace, terminal }: Context, remove: string[]): Promise<void> {
  const { deleteParts, diskUse } = await import("#core/disk-use.ts");
  const freed = remove.length > 0 ? await deleteParts(workspace, remove) : 0;
  const parts = await diskUse(workspace);
  terminal.data({ home: workspace.home, freedBytes: freed, parts });
  if (terminal.json) return;
  if (remove.length > 0) terminal.say(`${bytes(freed)} deleted.`);
  const byOwner = Map.groupBy(parts, ({ project }) => project ?? "");
  for (const [owner, own] of [...byOwner].sort(([a], [b]) => a.localeCompare(b))) {
    const total = own.reduce((sum, part) => sum + part.bytes, 0);
    terminal.say();
    terminal.say(terminal.style("bold", `${owner || "The workspace's own"}: ${bytes(total)}`));
    terminal.say(
      renderTable(
        [
          { title: "Path", minimum: 20 },
          { title: "Size", align: "right" },
          { title: "" },
          { title: "What" },
        ],
        own.map(({ path, bytes: size, safe, kind }) => [
          path,
          bytes(size),
          safe ? "safe" : "in use",
          partWords[kind],
        ]),
        terminal.width,
      ),
    );
  }
  terminal.say(`Delete with: ${commandName()} disk --remove <path>`);
}

function requireKind(name: string): ReclaimKind {
  const kind = reclaimKinds.find((known) => known === name);
  if (kind) return kind;
  const options = reclaimKinds.join(", ");
  throw new AppError("parameter_option", { field: "--delete", options, value: name });
}
