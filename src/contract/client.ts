import type { z } from "zod";
import type { ErrorParams } from "./errors.ts";
import type { Routes } from "./routes/index.ts";
import { messagesOf } from "./sse.ts";
import type { ByteStream } from "./sse.ts";

/*
 * A typed fetch over the route objects. They are imported as types alone, so that neither Zod nor
 * the OpenAPI generator comes into a page with it; an endpoint is named as in the documentation.
 */

type Route = Routes[keyof Routes];
type EndpointOf<R> = R extends { method: infer M extends string; path: infer P extends string }
  ? `${Uppercase<M>} ${P}`
  : never;
type ByEndpoint = { [R in Route as EndpointOf<R>]: R };
/** Such as "GET /api/projects/{project}". */
export type Endpoint = keyof ByEndpoint;

type RequestOf<E extends Endpoint> = ByEndpoint[E] extends { request: infer R } ? R : object;
type Part<E extends Endpoint, K extends string> =
  RequestOf<E> extends Record<K, infer S extends z.ZodType> ? z.input<S> : undefined;
type JsonOf<T> = T extends { content: { "application/json": { schema: infer S } } }
  ? S extends z.ZodType
    ? S
    : never
  : never;
type BodyOf<E extends Endpoint> =
  RequestOf<E> extends { body: infer B } ? z.input<JsonOf<B>> : undefined;

type Success = 200 | 201 | 202;
type ResponsesOf<E extends Endpoint> = ByEndpoint[E]["responses"];
/** What an endpoint answers with; undefined where it answers without a body. */
export type ReplyOf<E extends Endpoint> = [
  JsonOf<ResponsesOf<E>[keyof ResponsesOf<E> & Success]>,
] extends [never]
  ? undefined
  : z.output<JsonOf<ResponsesOf<E>[keyof ResponsesOf<E> & Success]>>;
/** What one message of an endpoint's event stream holds. */
export type MessageOf<E extends Endpoint> =
  ResponsesOf<E> extends { 200: { content: { "text/event-stream": { schema: infer S } } } }
    ? S extends z.ZodType
      ? z.output<S>
      : never
    : never;

/** Keys whose value may be undefined become optional. */
type Given<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: T[K];
};
/** The parts of a request; what an endpoint does not have may be left out. */
export type Input<E extends Endpoint, Signal = unknown> = Given<{
  params: Part<E, "params">;
  query: Part<E, "query"> | (object extends Part<E, "query"> ? undefined : never);
  json: BodyOf<E>;
}> & { signal?: Signal };
type Arguments<E extends Endpoint, Signal> =
  object extends Input<E> ? [input?: Input<E, Signal>] : [input: Input<E, Signal>];

/** The part of the platform's fetch that is used here; `Signal` is its AbortSignal. */
export interface Platform<Signal> {
  fetch: (url: string, init: RequestParts<Signal>) => Promise<ReplyParts>;
}
export interface RequestParts<Signal> {
  method: string;
  headers: Record<string, string>;
  body?: string;
  signal?: Signal;
}
export interface ReplyParts {
  ok: boolean;
  status: number;
  body: ByteStream | null;
  text(): Promise<string>;
}

export interface ClientOptions<Signal> extends Platform<Signal> {
  /** Before the path; empty = the page's own server. */
  base?: string;
  token?: string | undefined;
  /** Asked at every request, so that errors come in the language of the moment. */
  language?: () => string | undefined;
}

/** A refusal by the server, with the same code, params and sentence. Status 0 = it was not reached. */
export class ApiError extends Error {
  readonly code: string;
  readonly params: ErrorParams;
  readonly status: number;

  constructor(status: number, code: string, params: ErrorParams, message: string) {
    super(message);
    this.name = "ApiError";
    this.status = status;
    this.code = code;
    this.params = params;
  }
}

export function createClient<Signal>(options: ClientOptions<Signal>) {
  /** The address of an endpoint, for links, downloads, uploads with progress, and EventSource. */
  function href<E extends Endpoint>(
    endpoint: E,
    input: Pick<Input<E>, Extract<keyof Input<E>, "params" | "query">>,
  ): string {
    return (options.base ?? "") + pathOf(endpoint, input);
  }

  async function send(endpoint: string, input: LooseInput<Signal>): Promise<ReplyParts> {
    const reply = await options.fetch((options.base ?? "") + pathOf(endpoint, input), {
      method: endpoint.slice(0, endpoint.indexOf(" ")),
      headers: headersFor(options, input),
      ...(input.json === undefined ? {} : { body: JSON.stringify(input.json) }),
      ...(input.signal === undefined ? {} : { signal: input.signal }),
    });
    if (!reply.ok) throw await refusal(reply);
    return reply;
  }

  /** Sends a request and returns its reply. Throws ApiError. */
  async function request<E extends Endpoint>(
    endpoint: E,
    ...[input]: Arguments<E, Signal>
  ): Promise<ReplyOf<E>> {
    const text = await (await send(endpoint, input ?? {})).text();
    return (text === "" ? undefined : JSON.parse(text)) as ReplyOf<E>;
  }

  /** Sends a request and gives the messages of its event stream as they come. Throws ApiError. */
  async function* stream<E extends Endpoint>(
    endpoint: E,
    ...[input]: Arguments<E, Signal>
  ): AsyncGenerator<MessageOf<E>> {
    const reply = await send(endpoint, input ?? {});
    if (!reply.body) return;
    for await (const { data } of messagesOf(reply.body)) {
      yield JSON.parse(data) as MessageOf<E>;
    }
  }

  return { href, request, stream };
}

interface LooseInput<Signal = unknown> {
  params?: Record<string, unknown> | undefined;
  query?: Record<string, unknown> | undefined;
  json?: unknown;
  signal?: Signal;
}

function pathOf(endpoint: string, { params = {}, query = {} }: LooseInput): string {
  const path = endpoint
    .slice(endpoint.indexOf(" ") + 1)
    .replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(params[name])));
  const pairs = Object.entries(query)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(String(value))}`);
  return pairs.length === 0 ? path : `${path}?${pairs.join("&")}`;
}

function headersFor<Signal>(
  options: ClientOptions<Signal>,
  input: LooseInput,
): Record<string, string> {
  const language = options.language?.();
  return {
    ...(input.json === undefined ? {} : { "content-type": "application/json" }),
    ...(options.token === undefined ? {} : { authorization: `Bearer ${options.token}` }),
    ...(language === undefined ? {} : { "accept-language": language }),
  };
}

async function refusal(reply: ReplyParts): Promise<ApiError> {
  const text = await reply.text();
  try {
    const { error } = JSON.parse(text) as {
      error: { code: string; params: ErrorParams; message: string };
    };
    return new ApiError(reply.status, error.code, error.params, error.message);
  } catch {
    // Something between page and server answered; its text is all there is to show.
    return new ApiError(reply.status, "internal", { detail: text.slice(0, 300) }, text);
  }
}
