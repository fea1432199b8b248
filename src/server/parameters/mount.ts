import type { OpenAPIHono, z } from "@hono/zod-openapi";
import { presets, recommendedPreset } from "#contract/parameters/presets.ts";
import { allParameters, defaultFor } from "#contract/parameters/registry.ts";
import type { Parameter } from "#contract/parameters/types.ts";
import * as routes from "#contract/routes/parameters.ts";
import type { ServerContext } from "../context.ts";
import { given } from "../given.ts";
import { recommendationFacts } from "./facts.ts";

export function mountParameters(app: OpenAPIHono, { workspace: ws }: ServerContext): void {
  const parameters = allParameters.map(parameterBody);

  app.openapi(routes.listParameters, (c) => c.json({ parameters }, 200));

  app.openapi(routes.listPresets, async (c) => {
    const facts = await recommendationFacts(ws, c.req.valid("query").project);
    return c.json({ presets: [...presets], recommended: recommendedPreset(facts) }, 200);
  });
}

function parameterBody(parameter: Parameter): z.infer<typeof routes.parameterReply> {
  const { schema: _, default: rule, options, appliesWhen, ...rest } = parameter;
  const { minimumExclusive, maxLength, warnAbove, ...plain } = rest;
  return given({
    ...plain,
    default: {
      kind: rule.kind,
      cuda: defaultFor(parameter, "cuda"),
      cpu: defaultFor(parameter, "cpu"),
    },
    options: options ? [...options] : undefined,
    applies_when: appliesWhen ? { key: appliesWhen.key, is: [...appliesWhen.is] } : undefined,
    minimum_exclusive: minimumExclusive,
    max_length: maxLength,
    warn_above: warnAbove,
  });
}
