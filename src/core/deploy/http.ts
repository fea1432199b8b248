import http from "node:http";
import https from "node:https";
import { AppError } from "#contract/errors.ts";

export interface Ask {
  readonly path: string;
  readonly method?: "GET" | "HEAD" | "POST" | "DELETE";
  readonly json?: unknown;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds without a byte in either direction after which the request is given up. */
  readonly idleMs?: number;
}

/** Loading a large model from a slow disk is silent for minutes. */
const defaultIdleMs = 10 * 60_000;

const absent = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EHOSTDOWN",
  "EADDRNOTAVAIL",
]);

/**
 * Open a request to Ollama. node:http rather than fetch: fetch gives up after five silent minutes
 * and copies every chunk of an upload. Each request has its own connection, so an Ollama that was
 * restarted is never met through a dead one.
 */
export function openRequest(
  address: string,
  ask: Ask,
  headers: Record<string, string | number> = {},
): http.ClientRequest {
  const url = new URL(address + ask.path);
  const { request } = url.protocol === "https:" ? https : http;
  const opened = request(url, {
    method: ask.method ?? "GET",
    headers,
    agent: false,
    ...(ask.signal ? { signal: ask.signal } : {}),
  });
  const idleMs = ask.idleMs ?? defaultIdleMs;
  let answer: http.IncomingMessage | undefined;
  opened.once("response", (response) => {
    answer = response;
  });
  opened.setTimeout(idleMs, () => {
    const seconds = Math.round(idleMs / 1000);
    // Destroying the request alone would look like a broken connection to who reads the answer.
    (answer ?? opened).destroy(new AppError("ollama_timeout", { address, seconds }));
  });
  return opened;
}

/** The answer's head; its body is still to be read. Errors: ollama_not_running, _connection_lost, _timeout. */
export async function ask(address: string, question: Ask): Promise<http.IncomingMessage> {
  const body = question.json === undefined ? undefined : Buffer.from(JSON.stringify(question.json));
  const headers = body
    ? { "Content-Type": "application/json", "Content-Length": body.length }
    : undefined;
  const opened = openRequest(address, question, headers);
  return await new Promise((resolve, reject) => {
    opened.once("response", resolve);
    opened.once("error", (error) => reject(explain(error, address, question.signal)));
    opened.end(body);
  });
}

/** The whole answer as JSON. Errors: those of `ask`, and what `refusal` makes of a status over 399. */
export async function askJson<T>(address: string, question: Ask): Promise<T> {
  const answer = await ask(address, question);
  const text = await readText(answer, address, question.signal);
  if ((answer.statusCode ?? 0) >= 400) throw refusal(answer.statusCode ?? 0, text, question.path);
  try {
    return (text === "" ? {} : JSON.parse(text)) as T;
  } catch {
    throw new AppError("ollama_not_ollama", { address, detail: excerpt(text) });
  }
}

/**
 * The lines of a streamed answer, each parsed as JSON. A refusal before the first line throws;
 * an `error` line inside a 200 answer is yielded like any other.
 */
export async function* askLines<T>(address: string, question: Ask): AsyncGenerator<T> {
  const answer = await ask(address, question);
  if ((answer.statusCode ?? 0) >= 400) {
    const text = await readText(answer, address, question.signal);
    throw refusal(answer.statusCode ?? 0, text, question.path);
  }
  answer.setEncoding("utf8");
  let rest = "";
  try {
    for await (const chunk of answer as AsyncIterable<string>) {
      const lines = (rest + chunk).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) if (line.trim() !== "") yield parseLine(line, address) as T;
    }
  } catch (error) {
    throw explain(error, address, question.signal);
  }
  if (rest.trim() !== "") yield parseLine(rest, address) as T;
}

/** The whole of an answer as text. Errors: those of a connection; the signal's reason. */
export async function readText(
  answer: http.IncomingMessage,
  address: string,
  signal?: AbortSignal,
): Promise<string> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>) chunks.push(chunk);
  } catch (error) {
    throw explain(error, address, signal);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** What Ollama says in words when it refuses, as an error with a code. */
export function refusal(status: number, text: string, path: string): AppError {
  let detail = excerpt(text);
  try {
    const parsed = JSON.parse(text) as { error?: unknown };
    if (typeof parsed.error === "string") detail = parsed.error;
  } catch {
    // Not JSON: the text itself is the detail.
  }
  if (isDiskFull(detail)) return new AppError("ollama_disk_full", { detail });
  return new AppError("ollama_refused", { path, status, detail });
}

/** Linux and macOS say ENOSPC or EDQUOT in words, Windows says there is not enough space. */
export function isDiskFull(detail: string): boolean {
  return /no space left on device|not enough space on the disk|disk quota exceeded/i.test(detail);
}

/** A thrown network error as what it means; an abort by the caller passes through untouched. */
export function explain(error: unknown, address: string, signal?: AbortSignal): unknown {
  if (signal?.aborted) return signal.reason;
  if (error instanceof AppError) return error;
  const { code } = error as NodeJS.ErrnoException;
  if (code !== undefined && absent.has(code)) {
    return new AppError("ollama_not_running", { address }, { cause: error });
  }
  const detail = error instanceof Error ? error.message : String(error);
  return new AppError("ollama_connection_lost", { address, detail }, { cause: error });
}

function parseLine(line: string, address: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw new AppError("ollama_not_ollama", { address, detail: excerpt(line) });
  }
}

function excerpt(text: string): string {
  const flat = text.replace(/\s+/g, " ").trim();
  return flat.length > 300 ? `${flat.slice(0, 300)}…` : flat;
}
