import { basename, resolve } from "node:path";
import { draftOrderSchema } from "#contract/drafts.ts";
import type { DraftOrder, DraftPlan } from "#contract/drafts.ts";
import { AppError } from "#contract/errors.ts";
import { addDocumentFile } from "#core/documents/document-files.ts";
import { storeKey } from "#core/documents/draft-keys.ts";
import { draftRows, planDrafts, requireKey } from "#core/documents/draft-rows.ts";
import { askYes } from "#cli/ask-yes.ts";
import type { Context } from "#cli/context.ts";
import { findProject } from "#cli/find-project.ts";
import { count, plural } from "#cli/output/format.ts";
import { printable } from "#cli/terminal.ts";

export interface DraftOptions {
  service?: string;
  model?: string;
  address?: string;
  perPassage?: string;
  language?: string;
  style?: string;
  /** The variable that holds the key for this address; it is stored for later. */
  keyFrom?: string;
  /** Show what would be sent where, and send nothing. */
  plan?: boolean;
  /** Send without asking. */
  yes?: boolean;
}

/**
 * `tunesmith draft`: adds documents and lets a model draft rows from them, after showing what goes
 * where. Stopped, it goes on at the next call. Errors: document_*, draft_*, not_found, bad_request.
 */
export async function draft(
  context: Context,
  reference: string,
  files: readonly string[],
  options: DraftOptions,
): Promise<void> {
  const { terminal, workspace } = context;
  const { slug } = await findProject(context, reference);
  const order = readOrder(options);
  for (const file of files) {
    await addDocumentFile(workspace, slug, { name: basename(file), path: resolve(file) });
  }
  const plan = await planDrafts(workspace, slug, order);
  if (options.keyFrom !== undefined) {
    const key = process.env[options.keyFrom];
    if (!key) throw new AppError("draft_key_missing", { address: plan.address });
    await storeKey(workspace, plan.address, key);
  }
  showPlan(context, plan, order);
  if (options.plan || plan.chunks === 0) {
    terminal.data(plan);
    return;
  }
  await requireKey(workspace, order);
  if (!options.yes && !(await agrees(context, plan))) return;
  const abort = new AbortController();
  const stop = () => abort.abort();
  process.once("SIGINT", stop);
  try {
    const made = await draftRows(workspace, slug, order, {
      signal: abort.signal,
      onProgress: ({ done, total, drafts, promptTokens, answerTokens }) =>
        terminal.hint(
          `${done} of ${plural(total, "passage")}: ${plural(drafts, "draft")}, ${count(promptTokens + answerTokens)} tokens`,
        ),
    });
    terminal.data(made);
    const tokens = `${count(made.promptTokens)} tokens sent, ${count(made.answerTokens)} answered`;
    terminal.say(
      `${plural(made.drafts, "draft")} from ${plural(made.done, "passage")}; ${tokens}.`,
    );
    if (made.failed > 0) terminal.say(`${plural(made.failed, "passage")} gave no usable answer.`);
    terminal.say(`Read them with \`tunesmith drafts ${slug}\`; none trains before it is approved.`);
  } catch (error) {
    if (!abort.signal.aborted) throw error;
    terminal.say("Stopped. What was drafted is kept; the same command goes on with the rest.");
  } finally {
    process.removeListener("SIGINT", stop);
  }
}

function readOrder(options: DraftOptions): DraftOrder {
  const result = draftOrderSchema.safeParse({
    service: options.service ?? "ollama",
    address: options.address ?? null,
    model: options.model,
    ...(options.perPassage !== undefined && { perChunk: Number(options.perPassage) }),
    language: options.language,
    style: options.style,
  });
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const detail = `${issue?.path.join(".") ?? ""}: ${issue?.message ?? "not usable"}`;
  throw new AppError("bad_request", { detail });
}

function showPlan({ terminal }: Context, plan: DraftPlan, order: DraftOrder): void {
  for (const { name, chunks, characters } of plan.documents) {
    terminal.say(`${name}: ${plural(chunks, "passage")}, ${count(characters)} characters`);
  }
  const where = plan.leavesComputer ? "which is another computer" : "which is this computer";
  terminal.say(
    `${plural(plan.chunks, "passage")} to be sent to ${plan.address} (${where}), model ${order.model}: about ${count(plan.promptTokens)} tokens, and ${count(plan.answerTokens)} back.`,
  );
  if (!plan.example) return;
  terminal.say("The first request:");
  terminal.say(terminal.style("dim", printable(`${plan.example.system}\n\n${plan.example.user}`)));
}

/** Nothing leaves without a yes; where nobody can be asked, only with --yes. */
async function agrees({ terminal }: Context, plan: DraftPlan): Promise<boolean> {
  if (terminal.json || !process.stdin.isTTY) {
    if (!plan.leavesComputer) return true;
    terminal.hint("Nothing was sent. Add --yes to send it.");
    return false;
  }
  return askYes("Send?");
}
