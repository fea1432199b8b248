import { z } from "zod";
import type { DraftService } from "#contract/drafts.ts";
import type { DraftRequest, Protocol } from "./endpoint.ts";

const count = z.number().int().nonnegative().catch(0);

const ollamaReply = z.object({
  message: z.object({ content: z.string() }),
  prompt_eval_count: count,
  eval_count: count,
});

/** Ollama's /api/chat; `format` forces the form of the answer while it is generated. */
const ollama: Protocol = {
  path: "/api/chat",
  headers: () => ({}),
  body: ({ model, schema, maxTokens, ...request }) => ({
    model,
    messages: messages(request),
    format: schema,
    stream: false,
    options: { temperature: 0.3, num_predict: maxTokens, num_ctx: 8192 },
  }),
  read: (reply) => {
    const {
      message,
      prompt_eval_count: promptTokens,
      eval_count: answerTokens,
    } = ollamaReply.parse(reply);
    return { answer: message.content, promptTokens, answerTokens };
  },
};

const completion = z.object({
  choices: z.tuple([z.object({ message: z.object({ content: z.string() }) })]).rest(z.unknown()),
  usage: z
    .object({ prompt_tokens: count, completion_tokens: count })
    .catch({ prompt_tokens: 0, completion_tokens: 0 }),
});

/** OpenAI's chat completions with a JSON schema, which many other servers speak, too. */
const openai: Protocol = {
  path: "/chat/completions",
  headers: bearer,
  body: (request) => ({ ...completionBody(request), max_completion_tokens: request.maxTokens }),
  read: readCompletion,
};

/** Mistral's chat completions: the same form, another name for the limit. */
const mistral: Protocol = {
  path: "/chat/completions",
  headers: bearer,
  body: (request) => ({ ...completionBody(request), max_tokens: request.maxTokens }),
  read: readCompletion,
};

const toolName = "rows";
const anthropicReply = z.object({
  content: z.array(z.object({ type: z.string(), input: z.unknown().optional() })),
  usage: z
    .object({ input_tokens: count, output_tokens: count })
    .catch({ input_tokens: 0, output_tokens: 0 }),
});

/** Anthropic's messages: a tool that must be called, whose input has the schema. */
const anthropic: Protocol = {
  path: "/v1/messages",
  headers: (key) => ({
    "anthropic-version": "2023-06-01",
    ...(key !== undefined && { "x-api-key": key }),
  }),
  body: ({ model, system, user, schema, maxTokens }) => ({
    model,
    max_tokens: maxTokens,
    system,
    messages: [{ role: "user", content: user }],
    tools: [{ name: toolName, description: "Takes the rows.", input_schema: schema }],
    tool_choice: { type: "tool", name: toolName },
  }),
  read: (reply) => {
    const { content, usage } = anthropicReply.parse(reply);
    const used = content.find(({ type }) => type === "tool_use");
    return {
      answer: used?.input,
      promptTokens: usage.input_tokens,
      answerTokens: usage.output_tokens,
    };
  },
};

export const protocols: Record<DraftService, Protocol> = { ollama, openai, anthropic, mistral };

/** Where each service is, unless someone says otherwise; Ollama's address is in the settings. */
export const defaultAddresses: Record<Exclude<DraftService, "ollama">, string> = {
  openai: "https://api.openai.com/v1",
  anthropic: "https://api.anthropic.com",
  mistral: "https://api.mistral.ai/v1",
};

function messages({ system, user }: Pick<DraftRequest, "system" | "user">) {
  return [
    { role: "system", content: system },
    { role: "user", content: user },
  ];
}

function completionBody({ model, schema, system, user }: DraftRequest) {
  return {
    model,
    messages: messages({ system, user }),
    response_format: { type: "json_schema", json_schema: { name: toolName, strict: true, schema } },
  };
}

function bearer(key: string | undefined): Record<string, string> {
  return key === undefined ? {} : { authorization: `Bearer ${key}` };
}

function readCompletion(reply: unknown) {
  const { choices, usage } = completion.parse(reply);
  const { prompt_tokens: promptTokens, completion_tokens: answerTokens } = usage;
  return { answer: choices[0].message.content, promptTokens, answerTokens };
}
