import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { readTensorShapes } from "./read-tensors.ts";
import type { TensorShapes } from "./read-tensors.ts";

/** Linear layers of one name, all of the same size. */
export interface Linear {
  name: string;
  in: number;
  out: number;
  count: number;
  bias: boolean;
}

/** The sizes that a model's memory follows from. */
export interface ModelShape {
  modelType: string;
  hidden: number;
  layers: number;
  intermediate: number;
  heads: number;
  keyHeads: number;
  headSize: number;
  vocabulary: number;
  tied: boolean;
  /** Norms of each block: over the hidden size, and over the size of a head (of query and key). */
  norms: number;
  headNorms: number;
  /** Linear layers inside the blocks. */
  linears: readonly Linear[];
  /** All parameters, each tensor once, and those of the output layer where it has its own. */
  parameters: number;
  headParameters: number;
}

/** Reads a model's sizes; undefined where its config names them differently or it is not whole. */
export async function readModelShape(folder: string): Promise<ModelShape | undefined> {
  try {
    const config = JSON.parse(await readFile(join(folder, "config.json"), "utf8")) as Fields;
    return modelShape(config, await readTensorShapes(folder));
  } catch {
    return undefined; // what is wrong with the model is for `inspect` to say
  }
}

/**
 * Sizes of what trains, for a model whose config names its sizes in another way: from the shapes of
 * its tensors alone, which every model has.
 */
export function trainableShape(tensors: TensorShapes): TrainableShape {
  const [vocabulary = 0, hidden = 0] =
    [...tensors].find(
      ([name, shape]) => /embed_tokens|wte/.test(name) && shape.length === 2,
    )?.[1] ?? [];
  const tied = !tensors.has("lm_head.weight");
  return { linears: findLinears(tensors, ""), vocabulary, hidden, tied };
}

export type TrainableShape = Pick<ModelShape, "linears" | "vocabulary" | "hidden" | "tied">;

/** The sizes from config.json and the shapes of the weights; undefined where some are not there. */
export function modelShape(config: Fields, tensors: TensorShapes): ModelShape | undefined {
  const inner = (config["text_config"] ?? config) as Fields;
  const hidden = first(inner, ["hidden_size", "n_embd", "d_model"]);
  const layers = first(inner, ["num_hidden_layers", "n_layer", "num_layers"]);
  const vocabulary = first(inner, ["vocab_size"]);
  if (!hidden || !layers || !vocabulary) return undefined;
  const modelType = typeof config["model_type"] === "string" ? config["model_type"] : "";
  const heads = first(inner, ["num_attention_heads", "n_head"]) ?? 1;
  const headSize = first(inner, ["head_dim"]) ?? hidden / heads;
  const tied = !tensors.has("lm_head.weight") || config["tie_word_embeddings"] === true;
  const headParameters = tied ? 0 : product(tensors.get("lm_head.weight") ?? []);
  let parameters = 0;
  for (const [name, shape] of tensors) {
    if (!tied || name !== "lm_head.weight") parameters += product(shape);
  }
  return {
    modelType,
    hidden,
    layers,
    intermediate: first(inner, ["intermediate_size", "n_inner", "ffn_dim"]) ?? 4 * hidden,
    heads,
    keyHeads: first(inner, ["num_key_value_heads"]) ?? heads,
    headSize,
    vocabulary,
    tied,
    norms: countNorms(tensors, hidden) / layers,
    headNorms: countNorms(tensors, headSize) / layers,
    linears: findLinears(tensors, modelType),
    parameters,
    headParameters,
  };
}

type Fields = Record<string, unknown>;

const layer = /\.\d+\./;
const embedding = /embed|wte|wpe|shared|position|norm/i;
/** Experts are one fused tensor in memory, routers no linear layer; images and sound do not train. */
const notLinear = /\.experts\.|\.(gate|router)\.weight$|vision|audio|multi_modal/;

/** As the trainer finds them: a matrix `….<number>.….<name>.weight` that is no embedding. */
function findLinears(tensors: TensorShapes, modelType: string): Linear[] {
  const found = new Map<string, Linear>();
  for (const [tensor, shape] of tensors) {
    if (!tensor.endsWith(".weight") || shape.length !== 2 || !layer.test(tensor)) continue;
    const module = tensor.slice(0, -".weight".length);
    const name = module.slice(module.lastIndexOf(".") + 1);
    if (embedding.test(name) || notLinear.test(tensor)) continue;
    // GPT-2's Conv1D stores its matrix the other way round.
    const [out = 0, into = 0] = modelType === "gpt2" ? shape.toReversed() : shape;
    const key = `${name} ${out} ${into}`;
    const bias = tensors.has(`${module}.bias`);
    const known = found.get(key) ?? { name, in: into, out, count: 0, bias };
    found.set(key, { ...known, count: known.count + 1 });
  }
  return [...found.values()];
}

function countNorms(tensors: TensorShapes, size: number): number {
  const names = [...tensors].filter(
    ([name, shape]) => /norm|ln_\d/i.test(name) && layer.test(name) && product(shape) === size,
  );
  return names.filter(([name]) => name.endsWith(".weight")).length;
}

const product = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

function first(fields: Fields, names: readonly string[]): number | undefined {
  return names.map((name) => fields[name]).find((value) => typeof value === "number");
}
