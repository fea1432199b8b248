import { randomBytes } from "node:crypto";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "#contract/errors.ts";
import type { Project } from "#contract/project.ts";
import type { InspectReply } from "#contract/trainer.ts";
import { inspectRows } from "../../models/inspect.ts";
import { resolveModel } from "../../models/reference.ts";
import { configsOf } from "../../projects/patch.ts";
import { resolveWithRows } from "../../resolve/effective.ts";
import { readOrGuessDevice } from "../../trainer/device.ts";
import { temporaryFolder } from "../../workspace.ts";
import type { Workspace } from "../../workspace.ts";
import { knownLengths } from "../table/known-lengths.ts";
import { flagged } from "./columns.ts";
import { foundOverall } from "./found.ts";
import type { Found } from "./found.ts";
import { shownRows } from "./hit-list.ts";
import type { Languages } from "./languages.ts";
import type { LengthSample, SampledRow } from "./length-sample.ts";

/** A language counts as costly from here on: its texts take half as many tokens again. */
const costly = 1.5;
/** Fewer texts of a language say nothing about what it costs. */
const fewestTexts = 5;

export type CountedRow = SampledRow & { tokens: number };

/**
 * What only the model's tokenizer can tell: rows longer than training or Ollama takes, languages that
 * cost more, a template without an end. Undefined where engine or model are not there.
 */
export async function findByTokens(
  ws: Workspace,
  project: Project,
  {
    sample,
    languages,
    signal,
  }: { sample: LengthSample; languages: Languages; signal?: AbortSignal },
): Promise<Found[] | undefined> {
  const longest = sample.longest();
  const usual = sample.usual();
  const rows = [...new Map([...usual, ...longest].map((row) => [row.row, row])).values()];
  try {
    const reply = await countTokens(ws, project, rows, signal);
    const counts = new Map(reply.rows?.map(({ id, tokens }) => [Number(id.slice(4)), tokens]));
    const counted = (list: readonly SampledRow[]): CountedRow[] =>
      list.flatMap((row) => {
        const tokens = counts.get(row.row) ?? 0;
        return tokens > 0 ? [{ ...row, tokens }] : [];
      });
    return [
      ...(await findByLength(ws, project, reply, {
        usual: counted(usual),
        longest: counted(longest),
        all: sample.all(),
        countedAll: usual.length === sample.all(),
        nextLongest: sample.nextLongest(),
        // Where the table has counted every row, nothing is left to a sample.
        known: await knownLengths(ws, project),
      })),
      ...findCostly(counted(usual), languages),
      ...(reply.template.stopTokens.length > 0
        ? []
        : [foundOverall("no_end_token", "error", { model: project.model })]),
    ];
  } catch (error) {
    if (error instanceof AppError) return undefined;
    throw error;
  }
}

async function countTokens(
  ws: Workspace,
  project: Project,
  rows: readonly SampledRow[],
  signal: AbortSignal | undefined,
): Promise<InspectReply> {
  const model = await resolveModel(project.model);
  const base = join(temporaryFolder(ws), `lengths-${randomBytes(6).toString("hex")}`);
  const [train, check] = [`${base}.jsonl`, `${base}-check.jsonl`];
  const day = new Date().toISOString().slice(0, 10);
  const lines = rows.map(({ row, messages, tools }) =>
    JSON.stringify({ id: `row:${row}`, file: "row", line: row + 1, messages, tools }),
  );
  try {
    await writeFile(train, lines.map((line) => `${line}\n`).join(""));
    await writeFile(check, "");
    return await inspectRows(ws, model, { train, check, trainOn: "answers", day }, signal);
  } finally {
    await Promise.all([train, check].map((file) => rm(file, { force: true })));
  }
}

async function findByLength(
  ws: Workspace,
  project: Project,
  { model, template }: InspectReply,
  rows: CountedRows & { known: Int32Array | undefined },
): Promise<Found[]> {
  const { usual, longest, known } = rows;
  const device = await readOrGuessDevice(ws);
  const lengths = known
    ? Array.from(known.filter((tokens) => tokens > 0))
    : usual.map((row) => row.tokens);
  const { settings, limit } = resolveWithRows(
    configsOf(project),
    { device, model, template },
    lengths,
  );
  const context = Number(settings.modelfile_config["num_ctx"]);
  const length = Number(settings.training_config["max_length"]);
  const shortens = settings.training_config["excess_length_strategy"] === "truncate";
  const tooLong = shortens ? "too_long_shortened" : "too_long";
  const kept = ({ tokens }: CountedRow): boolean => tokens <= limit;
  // Rows that are left out anyway meet no context.
  const keptRows = { ...rows, usual: usual.filter(kept), longest: longest.filter(kept) };
  const list = known
    ? [...allOver(tooLong, known, limit), ...allOver("beyond_context", known, context, limit)]
    : [...longerThan(tooLong, rows, limit), ...longerThan("beyond_context", keptRows, context)];
  if (context < length) {
    list.push(foundOverall("num_ctx_below_max_length", "warning", { context, length }));
  }
  return list;
}

type LengthCode = "too_long" | "too_long_shortened" | "beyond_context";

/** Rows over a limit, and not over another one, where the tokens of all rows are known. */
function allOver(code: LengthCode, tokens: Int32Array, limit: number, most = Infinity): Found[] {
  const rows = flagged(Uint8Array.from(tokens, (count) => Number(count > limit && count <= most)));
  const shown = Array.from(rows.subarray(0, shownRows), (row) => ({
    row,
    tokens: tokens[row] ?? 0,
  }));
  return rows.length === 0 ? [] : [found(code, { rows: rows.length, limit }, { rows, shown })];
}

/** Rows whose tokens were counted, and what is known of the others. */
interface CountedRows {
  usual: CountedRow[];
  longest: CountedRow[];
  all: number;
  countedAll: boolean;
  /** The most bytes of a row that is not among the longest. */
  nextLongest: number;
}

/**
 * Rows over a limit: all of them where no other row can be, since it has too few bytes; else those
 * that were counted, and what a sample says of the others.
 */
export function longerThan(
  code: LengthCode,
  { usual, longest, all, countedAll, nextLongest }: CountedRows,
  limit: number,
): Found[] {
  const isLong = ({ tokens }: CountedRow): boolean => tokens > limit;
  const counted = new Map([...longest, ...usual].map((row) => [row.row, row]));
  const shown = [...counted.values()].filter(isLong).sort((a, b) => b.tokens - a.tokens);
  if (shown.length === 0) return [];
  // What the template adds to a text.
  const added = Math.max(0, ...[...counted.values()].map(({ tokens, bytes }) => tokens - bytes));
  const rows = Uint32Array.from(shown, ({ row }) => row).sort();
  const params = { rows: rows.length, limit };
  if (countedAll || nextLongest + added <= limit) return [found(code, params, { rows, shown })];
  const over = usual.filter(isLong).length;
  const about = Math.max(rows.length, Math.round((over / Math.max(1, usual.length)) * all));
  const sampled = { counted: counted.size, sample: usual.length, over, about, all };
  const one = found(`${code}_sampled`, { ...params, ...sampled }, { rows, shown });
  return [{ ...one, fixes: [] }];
}

function found(
  code: LengthCode | `${LengthCode}_sampled`,
  params: Found["params"],
  { rows, shown }: { rows: Uint32Array; shown: readonly { row: number; tokens: number }[] },
): Found {
  return {
    code,
    severity: code.startsWith("too_long_shortened") ? "note" : "warning",
    params,
    fixes: ["leave_out"],
    rows,
    shown: shown
      .slice(0, shownRows)
      .map(({ row, tokens }) => ({ row, group: null, found: String(tokens) })),
  };
}

/** Languages whose texts take far more tokens per character than the cheapest one here. */
function findCostly(rows: readonly CountedRow[], languages: Languages): Found[] {
  const sums = new Map<string, { tokens: number; characters: number; texts: number }>();
  for (const { messages, characters, tokens } of rows) {
    const language = languages.of(messages.at(-1)?.content ?? "");
    if (language === "" || characters === 0) continue;
    const sum = sums.get(language) ?? { tokens: 0, characters: 0, texts: 0 };
    sums.set(language, {
      tokens: sum.tokens + tokens,
      characters: sum.characters + characters,
      texts: sum.texts + 1,
    });
  }
  const rates = [...sums]
    .filter(([, { texts }]) => texts >= fewestTexts)
    .map(([language, { tokens, characters }]) => ({ language, rate: tokens / characters }))
    .sort((a, b) => a.rate - b.rate);
  const [cheapest, ...others] = rates;
  if (!cheapest) return [];
  return others
    .filter(({ rate }) => rate >= cheapest.rate * costly)
    .map(({ language, rate }) => {
      const ratio = (rate / cheapest.rate).toFixed(1);
      return foundOverall("costly_language", "note", {
        language,
        ratio,
        cheapest: cheapest.language,
        sample: rows.length,
      });
    });
}
