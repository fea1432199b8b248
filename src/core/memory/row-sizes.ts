import type { InspectReply } from "#contract/trainer.ts";
import type { EffectiveSettings } from "../resolve/settings.ts";

/** What the largest micro-batch of training and of evaluation hold, in tokens. */
export interface BatchSizes {
  /** Rows or packs side by side, and the tokens that each is padded to. */
  rows: number;
  tokens: number;
  /** Positions of each that go through the output layer. */
  learned: number;
  /** Whether rows are told apart by a mask: packs are, and rows of different lengths. */
  masked: boolean;
  evaluation: { rows: number; tokens: number; learned: number } | undefined;
}

type InspectedRow = NonNullable<InspectReply["rows"]>[number];

/** As trainer/tunesmith_trainer/evaluate.py groups them. */
const evaluationTokens = 4096;
const evaluationLogits = 2 ** 27;
const evaluationRows = 64;

export interface InspectedRows {
  /** Training rows, then check rows. */
  rows: readonly InspectedRow[];
  trainRows: number;
  fullest?: InspectReply["fullest"] | undefined;
  vocabulary: number;
}

/** The largest micro-batches of these rows. */
export function batchSizes(
  settings: EffectiveSettings,
  { rows, trainRows, fullest, vocabulary }: InspectedRows,
): BatchSizes {
  const training = settings.training_config;
  const batch = Number(training["per_device_train_batch_size"]);
  const train = rows.slice(0, trainRows);
  const longest = most(train.map(({ tokens }) => tokens));
  const all = train.reduce((sum, { tokens }) => sum + tokens, 0);
  const evaluation = evaluationSizes(rows.slice(trainRows), vocabulary);
  if (training["packing"]) {
    const length = Number(training["max_length"]);
    const one = fullest?.[String(length)];
    const tokens = Math.max(1, Math.min(length, all, one?.tokens ?? length));
    const packs = Math.max(1, Math.min(batch, Math.ceil(all / tokens)));
    const share = Math.min(1, (one?.supervised ?? tokens) / tokens);
    // Side by side, a position counts where any of the packs learns there.
    const learned = Math.ceil(tokens * (1 - (1 - share) ** packs));
    return { rows: packs, tokens, learned, masked: train.length > 1, evaluation };
  }
  const count = Math.max(1, Math.min(batch, train.length));
  const learned = count === 1 ? most(train.map((row) => row.supervised)) : unionOf(train, longest);
  return { rows: count, tokens: Math.max(1, longest), learned, masked: count > 1, evaluation };
}

/** Where no row was read: every row as long as max_length, and all of it learned. */
export function assumedSizes(settings: EffectiveSettings, vocabulary: number): BatchSizes {
  const training = settings.training_config;
  const rows = Number(training["per_device_train_batch_size"]);
  const tokens = Number(training["max_length"]);
  const most = Math.max(1, Math.floor(atOnce(vocabulary) / tokens));
  const evaluation = { rows: most, tokens, learned: tokens };
  const masked = Boolean(training["packing"]) || rows > 1;
  return { rows, tokens, learned: tokens, masked, evaluation };
}

const atOnce = (vocabulary: number): number =>
  Math.min(evaluationTokens, Math.floor(evaluationLogits / Math.max(1, vocabulary)));

function evaluationSizes(
  rows: readonly InspectedRow[],
  vocabulary: number,
): BatchSizes["evaluation"] {
  if (rows.length === 0) return undefined;
  const sorted = rows.toSorted((a, b) => b.tokens - a.tokens);
  const tokens = Math.max(1, sorted[0]?.tokens ?? 1);
  const fitting = Math.floor(atOnce(vocabulary) / tokens);
  const count = Math.max(1, Math.min(rows.length, evaluationRows, fitting));
  const group = sorted.slice(0, count);
  return { rows: count, tokens, learned: unionOf(group, tokens) };
}

/** Positions from the first that any row learns to the end of the longest. */
function unionOf(rows: readonly InspectedRow[], longest: number): number {
  const first = rows.reduce((least, row) => Math.min(least, row.first ?? 0), longest);
  return Math.max(1, longest - first);
}

const most = (values: readonly number[]): number =>
  values.reduce((max, value) => Math.max(max, value), 1);
