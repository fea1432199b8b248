import { createReadStream } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { rowSchema } from "#contract/dataset.ts";
import { AppError } from "#contract/errors.ts";
import type { ErrorBody } from "#contract/errors.ts";
import type { InspectReply } from "#contract/trainer.ts";
import { explainMissing } from "../datasets/check.ts";
import { findCuts } from "../datasets/cut.ts";
import type { Cut } from "../datasets/cut.ts";
import { exampleRow } from "../datasets/data-files.ts";
import { freezeRows } from "../datasets/frozen-rows.ts";
import type { FrozenRows } from "../datasets/frozen-rows.ts";
import type { DataSource } from "../datasets/data-source.ts";
import type { InspectedRows } from "../memory/row-sizes.ts";
import { inspectRows } from "../models/inspect.ts";
import type { ModelFacts, TemplateFacts } from "../resolve/facts.ts";
import { resolveMaxLength, rowLimit } from "../resolve/max-length.ts";
import type { Resolving } from "../resolve/settings.ts";
import { startTokenizer } from "../trainer/tokenizer-process.ts";
import type { RowToRead } from "../trainer/tokenizer-process.ts";
import type { Workspace } from "../workspace.ts";
import { rowError } from "./row-errors.ts";

export interface RowsToFit {
  resolving: Resolving;
  sources: readonly DataSource[];
  model: string;
  folder: string;
  now: Date;
}

/** The frozen rows, every one of which the model takes, and what they amount to. */
export interface FittedRows {
  placement: FrozenRows;
  model: ModelFacts;
  template: TemplateFacts;
  trainRows: number;
  checkRows: number;
  /** Packs of the training rows at the chosen max_length. */
  packs: number;
  /** Tokens of the training rows, and how many of them are learned. */
  tokens: number;
  supervisedTokens: number;
  /** Tokens of the longest row. */
  longest: number;
  inspected: InspectedRows;
}

/**
 * Freezes the rows, lets the model's own tokenizer and template judge them, chooses max_length, and
 * freezes again without the rows that the model cannot take, and with those shortened that are too
 * long where a person chose that.
 * Errors: data_empty_file, data_no_usable_rows, data_file_missing, python_failed, disk_full.
 */
export async function fitRows(ws: Workspace, rows: RowsToFit): Promise<FittedRows> {
  const { resolving, sources, folder } = rows;
  const { training_config: training, modelfile_config: modelfile } = resolving.settings;
  const system = String(modelfile["system"] ?? "");
  const options = { seed: Number(training["seed"]), system: system === "" ? undefined : system };
  const freeze = async (unfit?: UnfitRows): Promise<FrozenRows> => {
    try {
      const placement = await freezeRows(folder, sources, { ...options, ...unfit });
      requireRows(placement, sources);
      return placement;
    } catch (error) {
      throw explainMissing(error);
    }
  };
  let placement = await freeze();
  let reply = await inspect(ws, rows);
  const usable = (reply.rows ?? []).filter((row) => !row.error);
  resolveMaxLength(
    resolving,
    usable.map(({ tokens }) => tokens),
  );
  const unfit = await findUnfit(ws, rows, reply);
  if (unfit.rejected.size + unfit.shortened.size > 0) {
    placement = await freeze(unfit);
    // Which rows train may have changed, and with it how they pack.
    reply = await inspect(ws, rows);
  }
  return { placement, ...measure(reply, placement, Number(training["max_length"])) };
}

function inspect(ws: Workspace, rows: RowsToFit): Promise<InspectReply> {
  const { model, folder } = rows;
  return inspectRows(ws, model, {
    train: join(folder, "data", "train.jsonl"),
    check: join(folder, "data", "check.jsonl"),
    ...readingNow(rows),
  });
}

/** What of a run's settings and time decides how a row reads. */
const readingNow = ({ resolving, now }: RowsToFit): { trainOn: string; day: string } => ({
  trainOn: String(resolving.settings.training_config["train_on"]),
  day: now.toISOString().slice(0, 10),
});

/** Rows that are left out, and those that are shortened, by id. */
interface UnfitRows {
  rejected: Map<string, ErrorBody>;
  shortened: Map<string, Cut>;
}

/** Rows that the model cannot take, and those that are too long: cut only if asked, always said. */
async function findUnfit(
  ws: Workspace,
  rows: RowsToFit,
  { rows: inspected = [], template }: InspectReply,
): Promise<UnfitRows> {
  const limit = rowLimit(rows.resolving);
  const rejected = new Map<string, ErrorBody>();
  const tooLong = new Set<string>();
  for (const { id, tokens, error } of inspected) {
    if (error) rejected.set(id, rowError(id, error));
    else if (tokens > limit) {
      tooLong.add(id);
      const { file, line } = placeOf(id);
      rejected.set(id, new AppError("row_too_long", { line, file, tokens, limit }).toBody());
    }
  }
  const { excess_length_strategy: strategy } = rows.resolving.settings.training_config;
  if (strategy !== "truncate" || tooLong.size === 0) return { rejected, shortened: new Map() };
  const tokenizer = await startTokenizer(ws, {
    model: rows.model,
    // The frozen rows have it already.
    system: "",
    ...readingNow(rows),
    thinking: template.thinking === "on",
  });
  try {
    const frozen = await readFrozen(rows.folder, tooLong);
    const { cuts, refused } = await findCuts(tokenizer, frozen, limit);
    for (const id of cuts.keys()) rejected.delete(id);
    for (const [id, reason] of refused) rejected.set(id, reason);
    return { rejected, shortened: cuts };
  } finally {
    await tokenizer.close();
  }
}

/** The frozen rows with these ids. */
async function readFrozen(folder: string, ids: ReadonlySet<string>): Promise<RowToRead[]> {
  const found: RowToRead[] = [];
  for (const file of ["train.jsonl", "check.jsonl"]) {
    const lines = createInterface({ input: createReadStream(join(folder, "data", file)) });
    for await (const line of lines) {
      const { id, messages, tools, text } = rowSchema.parse(JSON.parse(line));
      const more = { ...(tools && { tools }), ...(text !== undefined && { text }) };
      if (ids.has(id)) found.push({ id, messages, ...more });
    }
  }
  return found;
}

function measure(
  reply: InspectReply,
  { ledger }: FrozenRows,
  maxLength: number,
): Omit<FittedRows, "placement"> {
  const rows = reply.rows ?? [];
  const train = rows.slice(0, ledger.train);
  const sum = (key: "tokens" | "supervised"): number =>
    train.reduce((total, row) => total + row[key], 0);
  return {
    model: reply.model,
    template: reply.template,
    trainRows: ledger.train,
    checkRows: ledger.check,
    packs: reply.packs?.[String(maxLength)] ?? ledger.train,
    tokens: sum("tokens"),
    supervisedTokens: sum("supervised"),
    longest: rows.reduce((most, { tokens }) => Math.max(most, tokens), 0),
    inspected: {
      rows,
      trainRows: ledger.train,
      fullest: reply.fullest,
      vocabulary: reply.model.vocabSize,
    },
  };
}

function requireRows({ ledger }: FrozenRows, sources: readonly DataSource[]): void {
  if (ledger.train > 0) return;
  const file = sources
    .filter(({ role }) => role === "train")
    .map(({ name }) => name)
    .join(", ");
  const [first] = ledger.first;
  if (!first?.reason) throw new AppError("data_empty_file", { file, example: exampleRow });
  const { line, reason } = first;
  throw new AppError("data_no_usable_rows", {
    rows: ledger.rows,
    file,
    line,
    reason: reason.message.replace(/\.$/, ""),
  });
}

function placeOf(id: string): { file: string; line: number } {
  const colon = id.lastIndexOf(":");
  return { file: id.slice(0, colon), line: Number(id.slice(colon + 1)) };
}
