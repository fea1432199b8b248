import type { Draft, DraftState } from "#contract/drafts.ts";
import { changeDrafts, publishDrafts, readDraftStore } from "#core/documents/draft-store.ts";
import type { Context } from "#cli/context.ts";
import { findProject } from "#cli/find-project.ts";
import { count, plural } from "#cli/output/format.ts";
import { printable } from "#cli/terminal.ts";

export interface DraftsOptions {
  /** Ids, or `all` for those that nobody has decided about. */
  approve?: string[];
  reject?: string[];
  /** Put the approved ones into a data file. */
  publish?: boolean;
}

/** `tunesmith drafts`: reads drafts with their passages, approves, rejects, publishes. */
export async function drafts(
  context: Context,
  reference: string,
  { approve, reject, publish = false }: DraftsOptions,
): Promise<void> {
  const { terminal, workspace } = context;
  const { slug } = await findProject(context, reference);
  const decide = async (ids: string[] | undefined, state: DraftState) => {
    if (!ids) return;
    await changeDrafts(workspace, slug, ids.includes("all") ? null : ids, { state });
  };
  await decide(reject, "rejected");
  await decide(approve, "approved");
  if (publish) {
    const file = await publishDrafts(workspace, slug);
    terminal.data(file);
    terminal.say(`The approved drafts are in ${file.name}.`);
    return;
  }
  const all = (await readDraftStore(workspace, slug)).drafts;
  terminal.data({ drafts: all });
  const open = all.filter(({ state }) => state === "draft");
  for (const draft of open) terminal.say(describe(context, draft));
  const approved = all.filter(({ state }) => state === "approved").length;
  terminal.say(
    `${plural(all.length, "draft")}: ${count(open.length)} to read, ${count(approved)} approved, ${count(all.length - open.length - approved)} rejected`,
  );
}

function describe({ terminal }: Context, draft: Draft): string {
  const { id, question, answer, passage, document, headings, page } = draft;
  const place = [document, ...(page === null ? [] : [`page ${page}`]), ...headings].join(" › ");
  return [
    `${terminal.style("yellow", id)}  ${printable(place)}`,
    `  ${terminal.style("bold", printable(question))}`,
    `  ${printable(answer)}`,
    terminal.style("dim", `  “${printable(passage).replaceAll(/\s+/g, " ").slice(0, 300)}”`),
    "",
  ].join("\n");
}
