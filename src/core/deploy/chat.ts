import type { ToolCall } from "#contract/dataset.ts";
import { AppError } from "#contract/errors.ts";
import type { Parameters } from "./create.ts";
import { askJson, askLines } from "./http.ts";

export interface ChatMessage {
  readonly role: string;
  readonly content: string;
  /** What an answer calls; arguments are an object. */
  readonly tool_calls?: readonly ToolCall[] | undefined;
  /** Of what a tool said: the call that it answers, and the tool's name. */
  readonly tool_call_id?: string | undefined;
  readonly name?: string | undefined;
}

export interface ChatRequest {
  readonly model: string;
  readonly messages: readonly ChatMessage[];
  /** Definitions of the tools on offer. */
  readonly tools?: readonly Record<string, unknown>[] | undefined;
  /** Override the model's own parameters for this request. */
  readonly options?: Parameters;
  /** false: a conversation that is too long is refused, not shortened. */
  readonly truncate?: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** One of the likeliest tokens at a position; control tokens have an empty text. */
export interface TokenChance {
  readonly text: string;
  readonly probability: number;
}

/** A token of an answer with the likeliest ones at its place, best first. */
export interface AnswerToken {
  readonly text: string;
  readonly best: readonly TokenChance[];
}

export interface ChatPart {
  readonly type: "text" | "thinking";
  readonly text: string;
  readonly tokens: readonly AnswerToken[];
}

export interface ChatEnd {
  readonly type: "done";
  readonly reason: "stop" | "length";
  readonly tokens: number;
  /** What Ollama fed: the whole prompt, whether or not parts of it were cached. */
  readonly promptTokens: number;
  /** Null where this Ollama does not tell; then `promptTokens` may lack what was cached. */
  readonly cachedTokens: number | null;
}

export interface LogprobReply {
  readonly token: string;
  readonly logprob: number;
  readonly top_logprobs?: readonly { readonly token: string; readonly logprob: number }[];
}

interface ChatReply {
  readonly message?: { readonly content?: string; readonly thinking?: string };
  readonly logprobs?: readonly LogprobReply[];
  readonly done?: boolean;
  readonly done_reason?: string;
  readonly eval_count?: number;
  readonly prompt_eval_count?: number;
  readonly prompt_eval_cached_count?: number;
  readonly error?: string;
  readonly _debug_info?: { readonly rendered_template?: string };
}

/**
 * The prompt that Ollama would feed for these messages, without running the model. `think` is left
 * out as `ollama run` leaves it out, unless it is given.
 */
export async function renderPrompt(
  address: string,
  request: ChatRequest,
  think?: boolean,
): Promise<string> {
  const reply = await askJson<ChatReply>(address, {
    method: "POST",
    path: "/api/chat",
    json: {
      ...chatBody(request),
      ...(think === undefined ? {} : { think }),
      stream: false,
      _debug_render_only: true,
    },
    signal: request.signal,
  });
  const prompt = reply["_debug_info"]?.rendered_template;
  if (typeof prompt !== "string") {
    const detail = "it does not render prompts without answering them";
    throw new AppError("ollama_not_ollama", { address, detail });
  }
  return prompt;
}

/**
 * Chat as a stream: the answer's text as it comes, then one `done`. Ending the loop early ends the
 * answer. `topTokens` asks for the likeliest tokens at each place.
 * Errors: ollama_model_missing, ollama_refused, and those of the connection.
 */
export async function* chat(
  address: string,
  request: ChatRequest & { readonly topTokens?: number },
): AsyncGenerator<ChatPart | ChatEnd> {
  const { topTokens = 0, model } = request;
  const json = {
    ...chatBody(request),
    stream: true,
    ...(topTokens > 0 ? { logprobs: true, top_logprobs: topTokens } : {}),
  };
  const question = { method: "POST", path: "/api/chat", json, signal: request.signal } as const;
  try {
    for await (const reply of askLines<ChatReply>(address, question)) {
      if (typeof reply.error === "string") {
        throw new AppError("ollama_refused", {
          path: question.path,
          status: 200,
          detail: reply.error,
        });
      }
      yield* parts(reply);
      if (reply.done) yield end(reply);
    }
  } catch (error) {
    if (error instanceof AppError && error.params["status"] === 404) {
      throw new AppError("ollama_model_missing", { name: model, address });
    }
    throw error;
  }
}

/** A whole answer at once: its text (thinking included), its parts and its end. */
export async function answer(
  address: string,
  request: ChatRequest & { readonly topTokens?: number },
): Promise<{ text: string; parts: ChatPart[]; end: ChatEnd }> {
  const found: ChatPart[] = [];
  let last: ChatEnd | undefined;
  for await (const part of chat(address, request)) {
    if (part.type === "done") last = part;
    else found.push(part);
  }
  if (!last) {
    throw new AppError("ollama_connection_lost", { address, detail: "the answer has no end" });
  }
  return { text: found.map(({ text }) => text).join(""), parts: found, end: last };
}

/** Free the memory that a model takes in Ollama. */
export async function unloadModel(
  address: string,
  model: string,
  signal?: AbortSignal,
): Promise<void> {
  const json = { model, messages: [], keep_alive: 0 };
  await askJson(address, { method: "POST", path: "/api/chat", json, signal });
}

/** The tokens of an answer, each with the likeliest ones in its place, the best first. */
export function readTokens(logprobs: readonly LogprobReply[] | undefined): AnswerToken[] {
  return (logprobs ?? []).map(({ token, top_logprobs: top = [] }) => ({
    text: token,
    best: top
      .map((chance) => ({ text: chance.token, probability: Math.exp(chance.logprob) }))
      .sort((a, b) => b.probability - a.probability),
  }));
}

function chatBody(request: ChatRequest): Record<string, unknown> {
  const { model, messages, tools, options, truncate } = request;
  return {
    model,
    // Ollama has a name of its own for the name of a tool.
    messages: messages.map(({ name, ...message }) =>
      name === undefined ? message : { ...message, tool_name: name },
    ),
    ...(tools ? { tools } : {}),
    ...(options ? { options } : {}),
    ...(truncate === undefined ? {} : { truncate }),
  };
}

function* parts(reply: ChatReply): Generator<ChatPart> {
  const tokens = readTokens(reply.logprobs);
  const { thinking = "", content = "" } = reply.message ?? {};
  if (thinking !== "") yield { type: "thinking", text: thinking, tokens };
  // A piece of a character has a token but no text yet.
  if (content !== "" || (thinking === "" && tokens.length > 0)) {
    yield { type: "text", text: content, tokens: thinking === "" ? tokens : [] };
  }
}

function end(reply: ChatReply): ChatEnd {
  return {
    type: "done",
    reason: reply.done_reason === "length" ? "length" : "stop",
    tokens: reply.eval_count ?? 0,
    promptTokens: reply.prompt_eval_count ?? 0,
    cachedTokens: reply.prompt_eval_cached_count ?? null,
  };
}
