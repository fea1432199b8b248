import { AppError } from "#contract/errors.ts";
import { askLines, isDiskFull } from "./http.ts";

/** What a Modelfile sets beside the weights; numbers are numbers, `stop` is a list. */
export type ParameterValue = number | string | boolean | readonly string[];
export type Parameters = Readonly<Record<string, ParameterValue>>;

export interface CreateRequest {
  readonly name: string;
  /** File name to digest of a blob that Ollama holds. */
  readonly files: Readonly<Record<string, string>>;
  readonly parameters: Parameters;
  readonly system: string;
}

export interface CreateOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onStatus?: (status: string) => void;
  /** Silence after which the creation is given up. */
  readonly idleMs?: number;
  /** Time after which it is given up even while Ollama keeps talking. */
  readonly totalMs?: number;
}

interface CreateLine {
  readonly status?: string;
  readonly error?: string;
}

/**
 * Create a model from blobs. No template is sent: the GGUF brings the one that training used.
 * Ollama reports failures after its first line inside a 200 answer, so only its word `success`
 * counts as success.
 * Errors: ollama_create_failed, ollama_create_unfinished, ollama_create_timeout, ollama_disk_full,
 * ollama_not_running, ollama_connection_lost.
 */
export async function createModel(
  address: string,
  request: CreateRequest,
  options: CreateOptions = {},
): Promise<void> {
  const { name } = request;
  const totalMs = options.totalMs ?? 15 * 60_000;
  const deadline = AbortSignal.timeout(totalMs);
  const signal = options.signal ? AbortSignal.any([options.signal, deadline]) : deadline;
  const idleMs = options.idleMs ?? 2 * 60_000;
  let success = false;
  try {
    const question = {
      method: "POST",
      path: "/api/create",
      json: createBody(request),
      signal,
      idleMs,
    } as const;
    for await (const line of askLines<CreateLine>(address, question)) {
      if (typeof line.error === "string") throw createFailure(name, line.error);
      if (typeof line.status === "string") options.onStatus?.(line.status);
      success = line.status === "success";
    }
  } catch (error) {
    if (options.signal?.aborted) throw options.signal.reason;
    if (deadline.aborted) throw timedOut(name, totalMs);
    if (error instanceof AppError && error.code === "ollama_timeout") throw timedOut(name, idleMs);
    if (error instanceof AppError && error.code === "ollama_refused") {
      throw createFailure(name, String(error.params["detail"]));
    }
    throw error;
  }
  if (!success) throw new AppError("ollama_create_unfinished", { name });
}

/** The body of /api/create; an empty system prompt and an empty list are what Ollama has anyway. */
export function createBody(request: CreateRequest): Record<string, unknown> {
  for (const [key, value] of Object.entries(request.parameters)) {
    if (typeof value === "number" && !Number.isFinite(value)) {
      throw new TypeError(`parameter ${key} is ${value}, which JSON cannot carry`);
    }
  }
  return {
    model: request.name,
    files: request.files,
    parameters: request.parameters,
    ...(request.system === "" ? {} : { system: request.system }),
    stream: true,
  };
}

function createFailure(name: string, detail: string): AppError {
  if (isDiskFull(detail)) return new AppError("ollama_disk_full", { detail });
  return new AppError("ollama_create_failed", { name, detail });
}

function timedOut(name: string, milliseconds: number): AppError {
  return new AppError("ollama_create_timeout", { name, seconds: Math.round(milliseconds / 1000) });
}
