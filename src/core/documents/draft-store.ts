import { appendFile, readFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { z } from "zod";
import { draftSchema } from "#contract/drafts.ts";
import type { Draft, DraftState } from "#contract/drafts.ts";
import { AppError } from "#contract/errors.ts";
import type { DataFile } from "#contract/project.ts";
import { addDataFile } from "../datasets/data-files.ts";
import { writeFileAtomic } from "../files/atomic.ts";
import { isMissing } from "../files/error-code.ts";
import { readProject } from "../projects/projects.ts";
import { projectFolder } from "../projects/store.ts";
import { withWorkspaceLock } from "../workspace.ts";
import type { Workspace } from "../workspace.ts";

/*
 * drafts.jsonl: drafts as they came, and a line for each passage that is done, so that drafting goes
 * on where it was stopped. Nothing of it trains until approved drafts are put into a data file.
 */

const lineSchema = z.union([
  z.strictObject({ draft: draftSchema }),
  /** A passage under its wishes: asked and answered, with so many rows. */
  z.strictObject({ done: z.string(), rows: z.int().nonnegative() }),
]);
type StoreLine = z.infer<typeof lineSchema>;

/** The data file that approved drafts train from. */
const draftDataFile = "from-documents.jsonl";

const storePath = (ws: Workspace, slug: string): string =>
  join(projectFolder(ws, slug), "drafts.jsonl");

export interface DraftStore {
  drafts: Draft[];
  done: ReadonlySet<string>;
}

/** Errors: not_found. A line that a crash cut off is left out; its passage is asked again. */
export async function readDraftStore(ws: Workspace, slug: string): Promise<DraftStore> {
  await readProject(ws, slug);
  const drafts: Draft[] = [];
  const done = new Set<string>();
  for (const line of await readLines(storePath(ws, slug))) {
    if ("draft" in line) drafts.push(line.draft);
    else done.add(line.done);
  }
  return { drafts, done };
}

/** Adds the drafts of a passage and that it is done, in one write. */
export async function addDrafts(
  ws: Workspace,
  slug: string,
  { drafts, done }: { drafts: readonly Draft[]; done: string },
): Promise<void> {
  const lines: StoreLine[] = [...drafts.map((draft) => ({ draft })), { done, rows: drafts.length }];
  await withWorkspaceLock(ws, `drafts-${slug}`, () =>
    appendFile(storePath(ws, slug), lines.map((line) => `${JSON.stringify(line)}\n`).join("")),
  );
}

export interface DraftChange {
  state?: DraftState;
  question?: string;
  answer?: string;
}

/**
 * Approves, rejects or rewords drafts; `ids` null = all that nobody has decided about. What train
 * rows are made of changes with it. Errors: not_found, project_training.
 */
export async function changeDrafts(
  ws: Workspace,
  slug: string,
  ids: readonly string[] | null,
  change: DraftChange,
): Promise<Draft[]> {
  const wanted = ids && new Set(ids);
  const changed: Draft[] = [];
  await withWorkspaceLock(ws, `drafts-${slug}`, async () => {
    const lines = await readLines(storePath(ws, slug));
    const after = lines.map((line): StoreLine => {
      if (!("draft" in line)) return line;
      const { draft } = line;
      if (wanted ? !wanted.has(draft.id) : draft.state !== "draft") return line;
      const reworded = change.question !== undefined || change.answer !== undefined;
      const next = { ...draft, ...change, edited: draft.edited || reworded };
      changed.push(next);
      return { draft: next };
    });
    for (const id of ids ?? []) {
      if (!changed.some((draft) => draft.id === id)) {
        throw new AppError("not_found", { what: "draft", name: id });
      }
    }
    await writeFileAtomic(
      storePath(ws, slug),
      after.map((line) => `${JSON.stringify(line)}\n`).join(""),
    );
  });
  return changed;
}

/**
 * Puts all approved drafts into the project's data file for them; what stood there is replaced.
 * Errors: draft_none_approved, project_training, disk_full.
 */
export async function publishDrafts(ws: Workspace, slug: string): Promise<DataFile> {
  const approved = (await readDraftStore(ws, slug)).drafts.filter(
    ({ state }) => state === "approved",
  );
  if (approved.length === 0) throw new AppError("draft_none_approved");
  const rows = approved.map(({ question, answer }) =>
    JSON.stringify({
      messages: [
        { role: "user", content: question },
        { role: "assistant", content: answer },
      ],
    }),
  );
  const stream = Readable.from([Buffer.from(rows.map((row) => `${row}\n`).join(""))]);
  return addDataFile(ws, slug, {
    name: draftDataFile,
    role: "train",
    stream,
    existing: "overwrite",
  });
}

async function readLines(path: string): Promise<StoreLine[]> {
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    if (isMissing(error)) return "";
    throw error;
  });
  return text.split("\n").flatMap((line) => {
    if (line === "") return [];
    try {
      return lineSchema.parse(JSON.parse(line));
    } catch {
      return [];
    }
  });
}
