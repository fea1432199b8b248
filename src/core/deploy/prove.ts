import { AppError } from "#contract/errors.ts";
import { findCause, type Unequal } from "./cause.ts";
import { answer, renderPrompt, unloadModel, type ChatMessage, type ChatRequest } from "./chat.ts";
import type { Parameters } from "./create.ts";
import { firstPromptDifference, plainDifference, type Tokenise } from "./difference.ts";
import type { Ollama } from "./find.ts";
import type { GoldenConversation, HeldOutAnswer } from "./golden.ts";
import { compareAnswer, type GreedyLimits, type GreedyResult } from "./greedy.ts";
import type { Proof, ProofDifference } from "./proof.ts";
import { compareSettings, showModel, type ShownModel, type UnicodeForm } from "./readback.ts";
import { isServedWhole } from "./servable.ts";
import type { ModelSettings } from "./settings.ts";

export interface ProveOptions {
  readonly ollama: Ollama;
  readonly model: string;
  /** The settings that were sent with the model. */
  readonly sent: ModelSettings;
  readonly golden: readonly GoldenConversation[];
  readonly answers: readonly HeldOutAnswer[];
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
>;

/** Room for one token behind the longest conversation. */
const spareTokens = 16;
/** The least that Ollama gives a model that names no num_ctx. */
const ollamaContext = 2048;

/**
 * Ask a real Ollama what it would feed for every golden conversation, and compare text and token
 * count with training's; compare the settings, and the answers to the held-out prompts.
 * Errors: those of the connection. What Ollama refuses counts as not equal.
 */
export async function proveModel(options: ProveOptions): Promise<Finding> {
  const { ollama, model, answers, signal } = options;
  const shown = await showModel(ollama.address, model, signal);
  const golden = options.golden.filter(({ messages }) => isServedWhole(messages, shown.family));
  if (golden.length === 0) throw new TypeError("nothing is proven without golden conversations");
  const differences = compareSettings(options.sent, shown);
  const settingCount = Object.keys(options.sent.parameters).length + 1;
  const total = golden.length + answers.length;
  const equal = { prompts: 0, tokenCounts: 0, answers: 0 };
  let counted = 0;
  let nearTies = 0;
  let done = 0;
  let firstDifference: LateDifference | null = null;
  let unequal: Unequal | undefined;

  const context = contextFor(options);
  const put = formOf(shown.unicodeForm);
  const beginText = beginTextOf(shown, options.tokenise);
  for (const conversation of golden) {
    const fits = conversation.ids.length < (shown.contextLength ?? Number.POSITIVE_INFINITY);
    const ask = { context, beginText, fits };
    const checked = await checkConversation(options, put(conversation), ask);
    counted += Number(fits);
    equal.prompts += Number(checked.promptEqual);
    equal.tokenCounts += Number(fits && checked.countEqual);
    if (checked.difference) {
      firstDifference ??= checked.difference;
      unequal ??= checked.unequal;
    }
    options.onProgress?.((done += 1), total);
  }
  for (const expected of answers) {
    const { result, difference } = await checkAnswer(options, put(expected));
    equal.answers += Number(result === "equal");
    nearTies += Number(result === "near_tie");
    firstDifference ??= difference;
    options.onProgress?.((done += 1), total);
  }

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
  };
}

/** Naming a token takes the training tokenizer, so it is done for the first difference alone. */
type LateDifference = () => Promise<ProofDifference>;

interface Checked {
  readonly promptEqual: boolean;
  readonly countEqual: boolean;
  readonly difference: LateDifference | null;
  readonly unequal?: Unequal;
}

interface Ask {
  readonly context: Parameters;
  readonly beginText: (conversation: GoldenConversation) => Promise<string>;
  /** Whether the model's context has room for it; else only its text can be compared. */
  readonly fits: boolean;
}

async function checkConversation(
  options: ProveOptions,
  conversation: GoldenConversation,
  { context, beginText, fits }: Ask,
): Promise<Checked> {
  const { ollama, model, tokenise, signal } = options;
  const { id, prompt, ids } = conversation;
  const messages = asServed(conversation.messages, options.sent.system);
  const request: ChatRequest = { model, messages, options: context, truncate: false, signal };
  try {
    const rendered = await renderPrompt(ollama.address, request);
    const isShorter = prompt !== rendered && prompt.endsWith(rendered);
    const begin = isShorter ? await beginText(conversation) : "";
    const isPrompt = (text: string): boolean => text === prompt || begin + text === prompt;
    const promptEqual = isPrompt(rendered);
    const countedTokens = fits
      ? await countPrompt(ollama.address, request, ids.length)
      : ids.length;
    const countEqual = countedTokens === ids.length;
    if (promptEqual && countEqual) return { promptEqual, countEqual, difference: null };
    const difference = async (): Promise<ProofDifference> => {
      if (!promptEqual) return await firstPromptDifference(id, prompt, rendered, tokenise);
      const detail = `${ids.length} / ${countedTokens}`;
      return plainDifference("token_count", id, { index: ids.length, detail });
    };
    const unequal = { request, isPrompt, expectedTokens: ids.length, countedTokens, promptEqual };
    return { promptEqual, countEqual, difference, unequal };
  } catch (error) {
    return { promptEqual: false, countEqual: false, difference: refused(error, id) };
  }
}

async function checkAnswer(
  options: ProveOptions,
  expected: HeldOutAnswer,
): Promise<{ result: GreedyResult["result"]; difference: LateDifference | null }> {
  const { ollama, model, greedy, signal } = options;
  const { id, messages } = expected;
  const prompt = (): Promise<string> => renderPrompt(ollama.address, { model, messages, signal });
  try {
    const compared = await compareAnswer(ollama.address, model, expected, greedy, {
      prompt,
      signal,
    });
    if (compared.result !== "parted") return { result: compared.result, difference: null };
    const { common, index, got } = compared.at;
    const rest = expected.text.slice(common.length);
    const difference = plainDifference("answer", id, {
      index,
      expected: rest === "" ? null : { id: null, text: rest },
      got: got && { id: null, text: got.text },
      before: common === "" ? [] : [common.slice(-80)],
    });
    return { result: "parted", difference: async () => difference };
  } catch (error) {
    return { result: "parted", difference: refused(error, id) };
  }
}

/** Puts what is asked into the form that training's tokenizer gives every text. */
function formOf(
  form: UnicodeForm | null,
): <T extends { messages: ChatMessage[]; prompt?: string }>(asked: T) => T {
  if (form === null) return (asked) => asked;
  return (asked) => ({
    ...asked,
    messages: asked.messages.map(({ role, content }) => ({
      role,
      content: content.normalize(form),
    })),
    ...(asked.prompt === undefined ? {} : { prompt: asked.prompt.normalize(form) }),
  });
}

/** Where the system prompt is the model's own, it is left to Ollama, as whoever asks leaves it. */
function asServed(messages: readonly ChatMessage[], system: string): readonly ChatMessage[] {
  const [first, second] = messages;
  const isOwn = system !== "" && first?.role === "system" && first.content === system;
  return isOwn && second && second.role !== "system" ? messages.slice(1) : messages;
}

/** llama-server leaves the begin token's text out of a prompt, because its tokenizer adds it again. */
function beginTextOf(
  shown: ShownModel,
  tokenise: Tokenise,
): (conversation: GoldenConversation) => Promise<string> {
  let known: string | undefined;
  return async ({ prompt, ids }) => {
    if (!shown.addsBeginToken || shown.beginTokenId !== ids[0]) return "";
    known ??= (await tokenise([prompt]))[0]?.[0]?.piece ?? "";
    return known;
  };
}

/** The number of tokens that Ollama feeds for these messages. */
async function countPrompt(
  address: string,
  request: ChatRequest,
  expected: number,
): Promise<number> {
  const count = async (): Promise<{ promptTokens: number; cachedTokens: number | null }> => {
    const options = { ...request.options, num_predict: 1, temperature: 0 };
    return (await answer(address, { ...request, options })).end;
  };
  const first = await count();
  // Ollamas that do not tell what was cached count only the rest: without a cache they count all.
  if (first.promptTokens >= expected || first.cachedTokens !== null) return first.promptTokens;
  await unloadModel(address, request.model);
  return (await count()).promptTokens;
}

/** A conversation that is longer than the model's own context is proven in a larger one. */
function contextFor({ golden, sent }: ProveOptions): Parameters {
  const needed = Math.max(...golden.map(({ ids }) => ids.length)) + spareTokens;
  const own = sent.parameters["num_ctx"] ?? ollamaContext;
  return typeof own === "number" && needed <= own ? {} : { num_ctx: needed };
}

function refused(error: unknown, conversation: string): LateDifference {
  if (!(error instanceof AppError) || error.code !== "ollama_refused") throw error;
  const detail = String(error.params["detail"]);
  return async () => plainDifference("refused", conversation, { detail });
}

function mutable<T>(value: T | readonly string[]): T | string[] {
  return Array.isArray(value) ? [...(value as readonly string[])] : (value as T);
}
