import type { CatalogueConfig } from "./catalogue.ts";

/**
 * Names and shapes of the tensors that a model of these sizes has, as its family's code in
 * Transformers lays them out; so its memory is known before anything was downloaded.
 */
export function paperTensors(config: CatalogueConfig): Map<string, readonly number[]> {
  const { model_type: family, hidden_size: hidden, intermediate_size: inner } = config;
  const heads = config.num_attention_heads;
  const headSize = config.head_dim ?? hidden / heads;
  const query = heads * headSize;
  const keys = config.num_key_value_heads * headSize;
  const tensors = new Map<string, readonly number[]>([
    ["model.embed_tokens.weight", [config.vocab_size, hidden]],
    ["model.norm.weight", [hidden]],
  ]);
  if (!config.tie_word_embeddings) tensors.set("lm_head.weight", [config.vocab_size, hidden]);

  const linears: Record<string, readonly [out: number, into: number]> =
    family === "phi3"
      ? {
          "self_attn.qkv_proj": [query + 2 * keys, hidden],
          "self_attn.o_proj": [hidden, query],
          "mlp.gate_up_proj": [2 * inner, hidden],
          "mlp.down_proj": [hidden, inner],
        }
      : {
          "self_attn.q_proj": [query, hidden],
          "self_attn.k_proj": [keys, hidden],
          "self_attn.v_proj": [keys, hidden],
          "self_attn.o_proj": [hidden, query],
          "mlp.gate_proj": [inner, hidden],
          "mlp.up_proj": [inner, hidden],
          "mlp.down_proj": [hidden, inner],
        };
  const biased = family === "qwen2" ? ["q_proj", "k_proj", "v_proj"] : [];
  const headNorms = family === "qwen3" || family === "gemma3_text" ? ["q_norm", "k_norm"] : [];
  const norms = ["input_layernorm", "post_attention_layernorm"];
  if (family === "gemma3_text") {
    norms.push("pre_feedforward_layernorm", "post_feedforward_layernorm");
  }
  for (let layer = 0; layer < config.num_hidden_layers; layer++) {
    const block = `model.layers.${layer}`;
    for (const [name, shape] of Object.entries(linears)) {
      tensors.set(`${block}.${name}.weight`, shape);
      if (biased.some((end) => name.endsWith(end))) {
        tensors.set(`${block}.${name}.bias`, [shape[0]]);
      }
    }
    for (const name of norms) tensors.set(`${block}.${name}.weight`, [hidden]);
    for (const name of headNorms) tensors.set(`${block}.self_attn.${name}.weight`, [headSize]);
  }
  return tensors;
}
