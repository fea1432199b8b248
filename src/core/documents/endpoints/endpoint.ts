export interface DraftRequest {
  model: string;
  system: string;
  user: string;
  /** JSON Schema of the answer. */
  schema: Record<string, unknown>;
  /** The most tokens of an answer. */
  maxTokens: number;
}

/** One answer: what should be JSON, and what it took. */
export interface DraftReply {
  /** JSON text, or the value itself where the protocol parses it. */
  answer: unknown;
  promptTokens: number;
  answerTokens: number;
}

/** How a service is asked; the transport is the same for all. */
export interface Protocol {
  /** Behind the address. */
  path: string;
  headers: (key: string | undefined) => Record<string, string>;
  body: (request: DraftRequest) => unknown;
  /** Throws a TypeError where the reply has another form. */
  read: (reply: unknown) => DraftReply;
}
