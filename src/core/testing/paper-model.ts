import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

export interface PaperModel {
  /** The chat template; ChatML with a system turn where it is not given. */
  template?: string;
  maxPositions?: number;
  /** Files that are left out or replaced; null leaves one out. */
  files?: Record<string, string | null>;
}

const hidden = 8;
const control = ["<|end|>", "<|im_start|>", "<|im_end|>"];

const chatMl =
  "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n{% endfor %}" +
  "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}";

/** A template that refuses system turns, as some models' do. */
export const withoutSystem = `{% if messages[0].role == 'system' %}{{ raise_exception('no system') }}{% endif %}${chatMl}`;

/**
 * Writes a Llama that exists on paper only: right files, weights of zeros, one token per byte. All
 * that planning looks at, and made without Python.
 */
export async function makePaperModel(folder: string, options: PaperModel = {}): Promise<string> {
  await mkdir(folder, { recursive: true });
  const files: Record<string, string | Uint8Array | null> = {
    "config.json": JSON.stringify({
      architectures: ["LlamaForCausalLM"],
      model_type: "llama",
      hidden_size: hidden,
      intermediate_size: 16,
      num_hidden_layers: 1,
      num_attention_heads: 1,
      num_key_value_heads: 1,
      max_position_embeddings: options.maxPositions ?? 2048,
      vocab_size: 256 + control.length,
      tie_word_embeddings: true,
      eos_token_id: 258,
    }),
    "tokenizer.json": JSON.stringify(byteTokenizer()),
    "tokenizer_config.json": JSON.stringify({
      chat_template: options.template ?? chatMl,
      eos_token: "<|im_end|>",
      pad_token: "<|end|>",
    }),
    "model.safetensors": safetensors({
      "model.embed_tokens.weight": [256 + control.length, hidden],
      "model.layers.0.self_attn.q_proj.weight": [hidden, hidden],
      "model.layers.0.mlp.up_proj.weight": [16, hidden],
      "model.layers.0.input_layernorm.weight": [hidden],
    }),
    ...options.files,
  };
  for (const [name, content] of Object.entries(files)) {
    if (content !== null) await writeFile(join(folder, name), content);
  }
  return folder;
}

/** Byte-level BPE without merges: every byte is a token. */
function byteTokenizer(): object {
  const vocabulary = Object.fromEntries(byteCharacters().map((character, id) => [character, id]));
  const added = control.map((content, index) => ({ id: 256 + index, content, ...plainToken }));
  return {
    version: "1.0",
    added_tokens: added,
    pre_tokenizer: {
      type: "ByteLevel",
      add_prefix_space: false,
      trim_offsets: true,
      use_regex: true,
    },
    decoder: { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: true },
    model: { type: "BPE", vocab: vocabulary, merges: [] },
  };
}

const plainToken = {
  single_word: false,
  lstrip: false,
  rstrip: false,
  normalized: false,
  special: true,
};

/** GPT-2's character for each byte: printable ones stand for themselves, the rest from 256 on. */
function byteCharacters(): string[] {
  const printable = (byte: number): boolean =>
    (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
  let next = 256;
  return Array.from({ length: 256 }, (_, byte) =>
    String.fromCodePoint(printable(byte) ? byte : next++),
  );
}

/** The format is: length of the header, header, data (github.com/huggingface/safetensors). */
function safetensors(shapes: Record<string, number[]>): Uint8Array {
  let offset = 0;
  const header = Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => {
      const bytes = shape.reduce((product, size) => product * size, 4);
      const entry = { dtype: "F32", shape, data_offsets: [offset, offset + bytes] };
      offset += bytes;
      return [name, entry];
    }),
  );
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, Buffer.alloc(offset)]);
}
