import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** Sizes of a model that activations depend on. */
export interface ModelShape {
  hidden: number;
  layers: number;
  intermediate: number;
}

/** Reads a model's sizes from config.json; undefined where it names them differently. */
export async function readShape(folder: string): Promise<ModelShape | undefined> {
  try {
    const config = JSON.parse(await readFile(join(folder, "config.json"), "utf8")) as Fields;
    const inner = (config["text_config"] ?? config) as Fields;
    const hidden = first(inner, ["hidden_size", "n_embd", "d_model"]);
    const layers = first(inner, ["num_hidden_layers", "n_layer", "num_layers"]);
    if (!hidden || !layers) return undefined;
    return { hidden, layers, intermediate: first(inner, ["intermediate_size"]) ?? 4 * hidden };
  } catch {
    return undefined; // what is wrong with the model is for `inspect` to say
  }
}

type Fields = Record<string, unknown>;

function first(fields: Fields, names: readonly string[]): number | undefined {
  return names.map((name) => fields[name]).find((value) => typeof value === "number");
}
