import type { OpenAPIHono } from "@hono/zod-openapi";
import { toErrorBody, type Language } from "#contract/errors.ts";
import type { ToolProof } from "#contract/ollama-proof.ts";
import * as routes from "#contract/routes/ollama.ts";
import { toolSummary } from "#contract/tool-proof.ts";
import { findOllama, ollamaAddress, requireTemplates } from "#core/deploy/find.ts";
import { managedModels, removeManaged } from "#core/deploy/manage.ts";
import { proofError } from "#core/deploy/proof-error.ts";
import { readSettings } from "#core/settings.ts";
import type { ServerContext } from "../context.ts";
import { inLanguage, languageOf } from "../http/language.ts";
import { checkName, readProof, startDeploy } from "./deploy-run.ts";
import { ollamaOf } from "./ollama-of.ts";

/** The settings' page waits for this answer. */
const patienceMs = 2000;

export function mountDeploy(app: OpenAPIHono, { workspace: ws, jobs }: ServerContext): void {
  const find = () => ollamaOf(ws);

  app.openapi(routes.deployRun, async (c) =>
    c.json(await startDeploy(ws, jobs, c.req.valid("param"), c.req.valid("json")), 202),
  );

  app.openapi(routes.checkDeployName, async (c) => {
    const { error, ...rest } = await checkName(ws, c.req.valid("param"), c.req.valid("query").name);
    const shown = error && inLanguage(error.toBody(), languageOf(c));
    return c.json({ ...rest, error: shown ?? null }, 200);
  });

  app.openapi(routes.readProof, async (c) => {
    const { project, run } = c.req.valid("param");
    const proof = await readProof(ws, project, run);
    const error = proof.proven ? null : proofError(proof, proof.name, proof.ollamaVersion).toBody();
    const language = languageOf(c);
    const tools = toolSummary(proof);
    return c.json(
      {
        ...proof,
        ...(proof.toolProof && { toolProof: toolProofInLanguage(proof.toolProof, language) }),
        error: error && inLanguage(error, language),
        toolSummary: tools && inLanguage(tools, language),
      },
      200,
    );
  });

  app.openapi(routes.readOllama, async (c) => {
    const { ollamaAddress: setting } = await readSettings(ws);
    const found: {
      address: string | null;
      source: ReturnType<typeof ollamaAddress>["source"] | null;
      version: string | null;
    } = {
      address: null,
      source: null,
      version: null,
    };
    try {
      Object.assign(found, ollamaAddress({ setting }));
      const ollama = await findOllama({ setting, timeoutMs: patienceMs });
      found.version = ollama.version;
      requireTemplates(ollama);
      return c.json({ ...found, usable: true, error: null }, 200);
    } catch (error) {
      const body = inLanguage(toErrorBody(error), languageOf(c));
      return c.json({ ...found, usable: false, error: body }, 200);
    }
  });

  app.openapi(routes.listOllamaModels, async (c) => {
    const models = await managedModels(ws.home, await find(), c.req.raw.signal);
    return c.json(
      {
        models: models.map(({ name, address, project, run, format, state, ...rest }) => ({
          name,
          address,
          project,
          run,
          format,
          ollama_version: rest.ollamaVersion,
          deployed_at: rest.deployedAt,
          state,
          bytes: rest.size,
        })),
      },
      200,
    );
  });

  app.openapi(routes.removeOllamaModel, async (c) => {
    const outcome = await removeManaged(ws.home, await find(), c.req.valid("param").model);
    return c.json({ outcome }, 200);
  });
}

const toolProofInLanguage = (proof: ToolProof, language: Language): ToolProof => ({
  ...proof,
  differing: proof.differing.map((row) => ({
    ...row,
    causes: row.causes.map((cause) => inLanguage(cause, language)),
  })),
});
