import { AppError } from "#contract/errors.ts";
import { answerInOllama } from "#core/chat/ollama-chat.ts";
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
    answer: (messages, options) => answerInOllama({ address, model }, messages, options),
    close: async () => undefined,
  };
}
