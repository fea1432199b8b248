import { join } from "node:path";
import { AppError } from "#contract/errors.ts";
import type { ErrorBody } from "#contract/errors.ts";
import type { InspectReply } from "#contract/trainer.ts";
import { explainMissing } from "../datasets/check.ts";
import { exampleRow } from "../datasets/data-files.ts";
import { freezeRows } from "../datasets/frozen-rows.ts";
import type { FrozenRows } from "../datasets/frozen-rows.ts";
import type { DataSource } from "../datasets/place-rows.ts";
import type { InspectedRows } from "../memory/row-sizes.ts";
import { inspectRows } from "../models/inspect.ts";
import type { ModelFacts, TemplateFacts } from "../resolve/facts.ts";
import { resolveMaxLength, rowLimit } from "../resolve/max-length.ts";
import type { Resolving } from "../resolve/settings.ts";
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
 * freezes again without the rows that the model cannot take.
 * Errors: data_empty_file, data_no_usable_rows, data_file_missing, python_failed, disk_full.
 */
export async function fitRows(ws: Workspace, rows: RowsToFit): Promise<FittedRows> {
  const { resolving, sources, folder } = rows;
  const { training_config: training, modelfile_config: modelfile } = resolving.settings;
  const system = String(modelfile["system"] ?? "");
  const options = { seed: Number(training["seed"]), system: system === "" ? undefined : system };
  const freeze = async (rejected?: ReadonlyMap<string, ErrorBody>): Promise<FrozenRows> => {
    try {
      const placement = await freezeRows(folder, sources, {
        ...options,
        ...(rejected ? { rejected } : {}),
      });
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
  const rejected = findRejected(reply, rowLimit(resolving));
  if (rejected.size > 0) {
    placement = await freeze(rejected);
    // Which rows train may have changed, and with it how they pack.
    reply = await inspect(ws, rows);
  }
  return { placement, ...measure(reply, placement, Number(training["max_length"])) };
}

function inspect(
  ws: Workspace,
  { resolving, model, folder, now }: RowsToFit,
): Promise<InspectReply> {
  return inspectRows(ws, model, {
    train: join(folder, "data", "train.jsonl"),
    check: join(folder, "data", "check.jsonl"),
    trainOn: String(resolving.settings.training_config["train_on"]),
    day: now.toISOString().slice(0, 10),
  });
}

/** Rows that the model cannot take, and those that are too long: never cut, always said. */
function findRejected({ rows = [] }: InspectReply, limit: number): Map<string, ErrorBody> {
  const rejected = new Map<string, ErrorBody>();
  for (const { id, tokens, error } of rows) {
    if (error) rejected.set(id, rowError(id, error));
    else if (tokens > limit) {
      const { file, line } = placeOf(id);
      rejected.set(id, new AppError("row_too_long", { line, file, tokens, limit }).toBody());
    }
  }
  return rejected;
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
