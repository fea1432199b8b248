import { AppError } from "#contract/errors.ts";
import { chat } from "#core/deploy/chat.ts";
import { readRegistry } from "#core/deploy/registry.ts";
import type { ChatSession } from "#core/api.ts";
import type { Workspace } from "#cli/context.ts";

/**
 * A conversation with a run's model as Ollama serves it, settings and system prompt included.
 * Errors: not_found where the run was not deployed.
 */
export async function openOllamaChat(
  workspace: Workspace,
  run: { slug: string; id: string; number: number },
): Promise<Pick<ChatSession, "answer" | "close">> {
  const deployed = (await readRegistry(workspace.home)).findLast((model) => model.run === run.id);
  if (!deployed) {
    throw new AppError("not_found", {
      what: "model in Ollama of the run",
      name: `${run.slug}/${run.number}`,
    });
  }
  const { address, name: model } = deployed;
  return {
    async *answer(messages, { settings = {}, signal } = {}) {
      const begin = performance.now();
      const chosen = Object.entries(settings).filter(
        ([key, value]) => key !== "system" && value !== null,
      );
      const options = Object.fromEntries(chosen) as Record<string, string>;
      let tokens = 0;
      try {
        for await (const part of chat(address, { model, messages, options, signal })) {
          if (part.type !== "done") {
            tokens++;
            yield part.text;
            continue;
          }
          const seconds = (performance.now() - begin) / 1000;
          const { reason, promptTokens } = part;
          return { reason, tokens: part.tokens, promptTokens, seconds };
        }
      } catch (error) {
        if (!signal?.aborted) throw error;
      }
      const seconds = (performance.now() - begin) / 1000;
      return { reason: "cancelled" as const, tokens, promptTokens: 0, seconds };
    },
    close: async () => undefined,
  };
}
