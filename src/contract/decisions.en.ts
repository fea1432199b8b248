/** What the planning of a run decided by itself, or has to say before the start; English. */
export const decisionSentencesEn = {
  precision_automatic: "Precision, chosen by itself: {reason}.",
  precision_chosen: "Precision, as set: {reason}.",
  precision_fallback: "{wanted} is set, but {device} cannot compute in it: {mode} is used.",
  compute_dtype_fallback:
    "The device {device} cannot compute in {wanted}: 4-bit layers compute in {chosen}.",
  four_bit_off: "4-bit loading is not possible on {device}: the weights are loaded whole.",
  optimizer_unpaged:
    "{wanted} pages to a CUDA device's host memory; without one, {chosen} is used.",
  optimizer_fallback: "{wanted} does not run on {device}: {chosen} is used.",
  max_length_covers: "max_length is {length}: it holds {share} % of the rows.",
  max_length_positions:
    "max_length is {length} instead of {wanted}: the model knows only {positions} positions.",
  num_ctx_positions:
    "num_ctx is {length}, but the model knows only {positions} positions: longer conversations go wrong.",
  num_ctx_below_rows:
    "num_ctx is {length}, shorter than the longest training row ({tokens} tokens).",
  checkpointing_memory:
    "Gradient checkpointing is on: about {needed} would be needed without it, and {free} are free.",
  target_modules_all: "LoRA goes on every linear layer of this model: {modules}.",
  bias_without_effect: "bias = {bias} does nothing here: this model has no biases.",
  output_quantization_auto:
    "The output format is {format}: the model has {parameters} parameters, and the limit for q8_0 is 3,000,000,000.",
  mirostat_ignored: "Current versions of Ollama read mirostat and ignore it.",
  system_added: "{rows} rows without a system prompt got the one that will be served.",
  system_rejected: "This model's template takes no system prompt: rows are trained without one.",
  system_differs: "{rows} rows have a system prompt of their own, other than the one served.",
  check_file: "The {rows} rows of the check files measure the result.",
  check_split:
    "{rows} rows ({share} %) were set aside to measure the result; they are not learned.",
  check_too_few:
    "{rows} rows are too few to set some aside: nothing is measured on rows not learned.",
  check_emptied: "No row of the check files can be used: nothing is measured on rows not learned.",
  rows_left_out: "{leftOut} of {rows} rows were left out.",
  check_overlap: "{rows} rows stand in the check files, too, and were left out of training.",
  duplicates: "{rows} rows are exact copies of others.",
  packing_lowered: "Packing is off: with it there would be only {steps} optimizer steps.",
  accumulation_lowered:
    "gradient_accumulation_steps is {value} instead of {default}, so that there are more optimizer steps.",
  batch_lowered:
    "per_device_train_batch_size is {value} instead of {default}, so that there are more optimizer steps.",
  few_steps:
    "Only {steps} optimizer steps: too few to learn much. Add rows, or raise num_train_epochs.",
  steps_planned: "{steps} optimizer steps: {epochs} epochs of {perEpoch}.",
  exports_best: "The checkpoint with the lowest held-out loss will be exported.",
  exports_last: "The last checkpoint will be exported.",
  early_stopping_without_check: "Early stopping needs a check set; there is none, so it is off.",
  target_name_taken:
    "Ollama has a model named {name} already, which stays: this one will be {free}.",
  defaults_applied: "Defaults taken: {settings}.",
} as const;
