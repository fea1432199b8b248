import { z } from "zod";
import { isSupportedFamily } from "../models/families.ts";
import { askJson } from "./api.ts";
import { isRepoId } from "./repo.ts";
import type { HubConnection } from "./request.ts";

/** A model that the hub found. */
export interface FoundModel {
  readonly id: string;
  readonly family: string | undefined;
  readonly parameters: number | undefined;
  /** About what its weights take, from the number format of each tensor. */
  readonly downloadBytes: number | undefined;
  readonly licence: string | undefined;
  readonly languages: readonly string[];
  readonly gated: boolean;
  readonly downloads: number;
  /** Its family's whole way into Ollama is tested here. */
  readonly supported: boolean;
}

const texts = z.union([z.string(), z.array(z.string())]);
const foundSchema = z.array(
  z.object({
    id: z.string(),
    gated: z.union([z.boolean(), z.string()]).optional(),
    downloads: z.number().optional(),
    tags: z.array(z.string()).default([]),
    config: z
      .object({ model_type: z.string().optional(), quantization_config: z.unknown().optional() })
      .optional(),
    safetensors: z
      .object({ parameters: z.record(z.string(), z.number()), total: z.number() })
      .optional(),
    cardData: z
      .object({
        license: texts.optional(),
        license_name: z.string().optional(),
        language: texts.nullish(),
      })
      .optional(),
  }),
);

const most = 30;
const expanded = ["gated", "downloads", "tags", "config", "safetensors", "cardData"];
/** Weights that were made smaller after training; only whole ones can be trained and merged. */
const quantisedTags =
  /^(gguf|awq|gptq|exl[23]|mlx|bitsandbytes|[248]-bit|fp8|compressed-tensors)$/i;

/**
 * Models for text generation with safetensors whose names hold `query`, the most downloaded first;
 * `leftOut` counts quantised ones. Errors: hub_*.
 */
export async function searchModels(
  connection: HubConnection,
  query: string,
  signal?: AbortSignal,
): Promise<{ models: FoundModel[]; leftOut: number }> {
  const parameters = new URLSearchParams([
    ["search", query],
    ["filter", "text-generation"],
    ["filter", "safetensors"],
    ["sort", "downloads"],
    ["direction", "-1"],
    ["limit", String(most)],
    ...expanded.map((key): [string, string] => ["expand", key]),
  ]);
  const found = await askJson(
    connection,
    `/api/models?${parameters.toString()}`,
    { what: query },
    foundSchema,
    signal ? { signal } : {},
  );
  const whole = found.filter(
    ({ id, tags, config }) =>
      isRepoId(id) &&
      config?.quantization_config === undefined &&
      !tags.some((tag) => quantisedTags.test(tag)),
  );
  return { models: whole.map(toFound), leftOut: found.length - whole.length };
}

function toFound(entry: z.infer<typeof foundSchema>[number]): FoundModel {
  const { id, gated, downloads = 0, config, safetensors, cardData } = entry;
  const family = config?.model_type;
  const licence = list(cardData?.license)[0];
  return {
    id,
    family,
    parameters: safetensors?.total,
    downloadBytes: safetensors ? weightBytes(safetensors.parameters) : undefined,
    licence: licence === "other" ? (cardData?.license_name ?? licence) : licence,
    languages: list(cardData?.language ?? undefined),
    gated: gated !== undefined && gated !== false,
    downloads,
    supported: family !== undefined && isSupportedFamily(family),
  };
}

const list = (value: string | string[] | undefined): string[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value];

/** Bytes per value of safetensors' number formats, such as BF16 or I8. */
function weightBytes(parameters: Record<string, number>): number {
  const sizes = Object.entries(parameters).map(([format, count]) => {
    const bits = Number(/\d+/.exec(format)?.[0] ?? 8);
    return (count * bits) / 8;
  });
  return Math.ceil(sizes.reduce((sum, bytes) => sum + bytes, 0));
}
