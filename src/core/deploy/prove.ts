import { findCause, type Unequal } from "./cause.ts";
import { renderPrompt } from "./chat.ts";
import type { Parameters, ParameterValue } from "./create.ts";
import { plainDifference, type Tokenise } from "./difference.ts";
import type { Ollama } from "./find.ts";
import type { GoldenConversation, GoldenTools, HeldOutAnswer } from "./golden.ts";
import { goldenChecker, refused, type LateDifference } from "./golden-check.ts";
import { compareAnswer, type GreedyLimits, type GreedyResult } from "./greedy.ts";
import type { Proof } from "#contract/ollama-proof.ts";
import { compareSettings, showModel } from "./readback.ts";
import { inForm, isServedWhole } from "./served-messages.ts";
import type { ModelSettings } from "./settings.ts";
import { proveTools } from "./tool-proof.ts";

export interface ProveOptions {
  readonly ollama: Ollama;
  readonly model: string;
  /** The settings that were sent with the model. */
  readonly sent: ModelSettings;
  readonly golden: readonly GoldenConversation[];
  readonly answers: readonly HeldOutAnswer[];
  /** Rows with tools; where given, the finding says of each whether Ollama reads it as training. */
  readonly tools?: readonly GoldenTools[] | undefined;
  readonly greedy: GreedyLimits;
  readonly tokenise: Tokenise;
  readonly signal?: AbortSignal | undefined;
  /** Called after each conversation and each answer. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** What proving finds; the caller adds which model it was. */
export type Finding = Pick<
  Proof,
  | "proven"
  | "prompts"
  | "leftOut"
  | "tokenCounts"
  | "answers"
  | "settings"
  | "templateLayer"
  | "unicodeForm"
  | "cause"
  | "firstDifference"
  | "toolProof"
>;

type SettingValue = Proof["settings"]["differences"][number]["sent"];

/** Room for one token behind the longest conversation. */
const spareTokens = 16;
/** The least that Ollama gives a model that names no num_ctx. */
const ollamaContext = 2048;

/**
 * Ask a real Ollama what it would feed for every golden conversation, and compare text and token
 * count with training's; compare the settings, the answers to the held-out prompts, and rows with tools.
 * Errors: those of the connection. What Ollama refuses counts as not equal.
 */
export async function proveModel(options: ProveOptions): Promise<Finding> {
  const { ollama, model, answers, signal } = options;
  const shown = await showModel(ollama.address, model, signal);
  const golden = options.golden.filter(({ messages }) => isServedWhole(messages, shown.family));
  if (golden.length === 0) throw new TypeError("nothing is proven without golden conversations");
  const differences = compareSettings(options.sent, shown);
  const settingCount = Object.keys(options.sent.parameters).length + 1;
  const tools = options.tools ?? [];
  const total = golden.length + answers.length + tools.length;
  const equal = { prompts: 0, tokenCounts: 0, answers: 0 };
  let [counted, nearTies] = [0, 0];
  let done = 0;
  let firstDifference: LateDifference | null = null;
  let unequal: Unequal | undefined;

  const context = contextFor(options);
  const { system } = options.sent;
  const { address } = ollama;
  const { tokenise } = options;
  const check = goldenChecker({ address, model, shown, system, context, tokenise, signal });
  for (const conversation of golden) {
    const checked = await check(conversation);
    equal.prompts += Number(checked.promptEqual);
    equal.tokenCounts += Number(checked.countEqual ?? false);
    counted += Number(checked.countEqual !== null);
    if (checked.difference) {
      firstDifference ??= checked.difference;
      unequal ??= checked.unequal;
    }
    options.onProgress?.((done += 1), total);
  }
  for (const expected of answers) {
    const { result, difference } = await checkAnswer(
      options,
      inForm(expected, shown.unicodeForm),
      context,
    );
    equal.answers += Number(result === "equal");
    nearTies += Number(result === "near_tie");
    firstDifference ??= difference;
    options.onProgress?.((done += 1), total);
  }
  const onRow = (): void => options.onProgress?.((done += 1), total);
  const toolProof = options.tools && (await proveTools(tools, check, onRow));

  const proven = firstDifference === null && differences.length === 0 && !shown.hasAttachedTemplate;
  return {
    proven,
    prompts: { equal: equal.prompts, total: golden.length },
    leftOut: options.golden.filter((asked) => !golden.includes(asked)).map(({ id }) => id),
    tokenCounts: { equal: equal.tokenCounts, total: counted },
    answers: { equal: equal.answers, nearTies, total: answers.length },
    settings: {
      equal: Math.max(0, settingCount - differences.length),
      total: settingCount,
      differences: differences.map(({ key, sent, got }) => ({
        key,
        sent: mutable(sent),
        got: mutable(got),
      })),
    },
    templateLayer: shown.hasAttachedTemplate,
    unicodeForm: shown.unicodeForm,
    cause: proven ? null : await findCause(ollama, shown, unequal),
    firstDifference: (await firstDifference?.()) ?? null,
    ...(toolProof && { toolProof }),
  };
}

/** Compare one held-out answer; where it parts, name where. */
async function checkAnswer(
  { ollama, model, greedy, signal }: ProveOptions,
  expected: HeldOutAnswer,
  context: Parameters,
): Promise<{ result: GreedyResult["result"]; difference: LateDifference | null }> {
  const { id, messages } = expected;
  const prompt = (): Promise<string> => renderPrompt(ollama.address, { model, messages, signal });
  try {
    const rest = { prompt, context, signal };
    const compared = await compareAnswer(ollama.address, model, expected, greedy, rest);
    if (compared.result !== "parted") return { result: compared.result, difference: null };
    const { common, index, got } = compared.at;
    const missing = expected.text.slice(common.length);
    const difference = plainDifference("answer", id, {
      index,
      expected: missing === "" ? null : { id: null, text: missing },
      got: got && { id: null, text: got.text },
      before: common === "" ? [] : [common.slice(-80)],
    });
    return { result: "parted", difference: async () => difference };
  } catch (error) {
    return { result: "parted", difference: refused(error, id) };
  }
}

/** A conversation that is longer than the context the model is served with gets a larger one. */
function contextFor({ golden, tools = [], sent }: ProveOptions): Parameters {
  const needed = Math.max(...[...golden, ...tools].map(({ ids }) => ids.length)) + spareTokens;
  const own = sent.parameters["num_ctx"] ?? ollamaContext;
  return typeof own === "number" && needed <= own ? {} : { num_ctx: needed };
}

function mutable(value: ParameterValue | null): SettingValue {
  return typeof value === "object" && value !== null ? [...value] : value;
}
