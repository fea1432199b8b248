import { AppError } from "#contract/errors.ts";
import type { RemoteFile } from "./api.ts";
import type { Repo } from "./repo.ts";

/** What training, merging and converting read, and what the licence says, all at the top. */
const needed = [
  /^(config|generation_config|chat_template|preprocessor_config)\.json$/,
  /^chat_template\.jinja$/,
  /^(tokenizer|tokenizer_config|special_tokens_map|added_tokens|vocab)\.json$/,
  /^tokenizer\.model$/,
  /^merges\.txt$/,
  /^model\.safetensors\.index\.json$/,
  /^(licen[cs]e|notice|use_policy)(\.(md|txt))?$/i,
];
/** Not the same weights once more in their maker's own layout (`consolidated.safetensors`). */
const weights = /^model(-\d{5}-of-\d{5})?\.safetensors$/;

/**
 * The files of a model that are needed here: no pickles, no other formats of the same weights.
 * Errors: hub_no_weights, hub_no_tokenizer.
 */
export function chooseModelFiles(repo: Repo, files: readonly RemoteFile[]): RemoteFile[] {
  const parts = files.filter(({ path }) => weights.test(path));
  const split = parts.filter(({ path }) => path !== "model.safetensors");
  const chosen = split.length > 0 ? split : parts;
  if (chosen.length === 0) throw new AppError("hub_no_weights", { id: repo.id });
  if (!files.some(({ path }) => path === "tokenizer.json")) {
    throw new AppError("hub_no_tokenizer", { id: repo.id });
  }
  const others = files.filter(({ path }) => needed.some((pattern) => pattern.test(path)));
  // The small ones first: what is wrong with a model is seen before gigabytes were fetched.
  return [...others.sort((a, b) => a.bytes - b.bytes), ...chosen];
}
