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
  four_bit_agreed:
    "The weights are loaded in 4 bits, as was agreed to: about {needed} would be needed even with the smallest batches, and {free} are free. So it will be about {reduced}.",
  four_bit_impossible:
    "Loading the weights in 4 bits, which would need less memory, is not possible here: {detail}.",
  memory_planned: "About {needed} of memory will be needed, and {free} are free.",
  memory_short:
    "About {needed} of memory will be needed, and {free} are free: it may run out. Then smaller micro-batches and checkpointing of activations are tried by themselves.",
  target_modules_all: "LoRA goes on every linear layer of this model: {modules}.",
  bias_without_effect: "bias = {bias} does nothing here: this model has no biases.",
  output_quantization_auto:
    "The output format is {format}: the model has {parameters} parameters, and the limit for q8_0 is 3,000,000,000.",
  mirostat_ignored: "Current versions of Ollama read mirostat and ignore it.",
  system_added: "{rows|row|rows} without a system prompt got the one that will be served.",
  system_rejected: "This model's template takes no system prompt: rows are trained without one.",
  system_differs:
    "{rows|row has its own|rows have their own} system prompt, other than the one served.",
  check_file: "The result is measured on {rows|row|rows} of the check files.",
  check_split:
    "{rows|row was|rows were} set aside ({share} %) to measure the result, and not learned.",
  check_too_few:
    "{rows|row is|rows are} too few to set some aside: nothing is measured on rows not learned.",
  check_emptied: "No row of the check files can be used: nothing is measured on rows not learned.",
  rows_left_out: "{leftOut} of {rows|row|rows} left out.",
  rows_shortened: "{shortened|row was|rows were} shortened to max_length; the ledger lists them.",
  check_overlap: "{rows|row stands|rows stand} in the check files, too, and left out of training.",
  duplicates: "{rows|row is an exact copy of another|rows are exact copies of others}.",
  packing_lowered:
    "Packing is off: with it there would be only {steps|optimizer step|optimizer steps}.",
  accumulation_lowered:
    "gradient_accumulation_steps is {value} instead of {default}, so that there are more optimizer steps.",
  batch_lowered:
    "per_device_train_batch_size is {value} instead of {default}, so that there are more optimizer steps.",
  few_steps:
    "Only {steps|optimizer step|optimizer steps}: too few to learn much. Add rows, or raise num_train_epochs.",
  steps_planned: "{steps|optimizer step|optimizer steps}: {epochs|epoch|epochs} of {perEpoch}.",
  exports_best: "The checkpoint with the lowest held-out loss will be exported.",
  exports_last: "The last checkpoint will be exported.",
  early_stopping_without_check: "Early stopping needs a check set; there is none, so it is off.",
  target_name_taken:
    "Ollama has a model named {name} already, which stays: this one will be {free}.",
  trial_hopeless:
    "Stopped early: after {share} % of its steps the held-out loss is {loss}, worse than that of the usual finished trial of this sweep.",
  defaults_applied: "Defaults taken: {settings}.",

  // What the trainer decides and warns of; its own English stands in decisions.py.
  device: "Training runs on {name} ({type}) with {threads} threads.",
  precision: "Number format {mode}: frozen weights in {weights}, trained ones in float32. {reason}",
  bitsandbytes_left_out: "bitsandbytes is not loaded, because nothing in this run uses it.",
  attention_eager: "This architecture has no fast attention in PyTorch: the plain one is used.",
  four_bit:
    "Frozen linear layers are held in 4 bits ({quant_type}, double quantisation {double}, computing in {compute}).",
  trainable: "{trainable} of {total} parameters train ({share} %): LoRA of rank {r} on {targets}.",
  modules_to_save: "Trained as a whole, too: {modules}.",
  weights_stay_tied: "Input and output embeddings are one tensor in this model and stay so.",
  gradient_checkpointing: "Gradient checkpointing saves memory by computing activations twice.",
  gradient_checkpointing_unsupported: "{architecture} cannot do gradient checkpointing: it is off.",
  mask: "Answers were found by {mode} in {rows} rows.",
  mask_last:
    "In {rows} rows only the last answer is learned: this template renders earlier answers differently.",
  train_on_everything: "All tokens are learned, not only answers.",
  stop_tokens: "An answer ends with {end}; generation also stops at {all}.",
  thinking: "The template's thinking switch is fixed to {thinking}, as the examples have it.",
  clock: "The template writes the date: it is fixed to {day}.",
  packing_effect:
    "Packing: {rows} rows ({tokens} tokens) in {packs} packs of {capacity}, {unused} % unused.",
  packing_not_exact:
    "Packing is switched off: rows in one pack would see each other in {architecture}.",
  no_packing: "No packing: {rows} rows ({tokens} tokens), {padding} % of the work is padding.",
  optimizer_steps:
    "{steps} optimizer steps in {epochs} epochs of {per_epoch}, {warmup} of them warm-up.",
  warmup_ignored: "The constant schedule has no warm-up: warmup_ratio {ratio} has no effect.",
  optimizer:
    "Optimizer {optim}, learning rate {learning_rate}, schedule {schedule}, weight decay {weight_decay}.",
  paged_optimizer_unpaged: "Paging needs a CUDA device: the 8-bit optimizer runs unpaged.",
  learned_tokens: "{learned} of {tokens} tokens are learned ({share} %): {train_on}.",
  neftune: "NEFTune adds noise of strength {alpha} to the input embeddings while training.",
  rehearsed:
    "Merging, converting, quantising and Ollama {version} were tried on the untouched model before training: all passed, in {seconds} s.",
  rehearsed_without_ollama:
    "Merging, converting and quantising were tried on the untouched model before training and passed, in {seconds} s. Ollama was left out: {reason}",
  rehearsal_known:
    "What follows training was tried before with this model, these settings and these versions, and passed: it is not tried again.",
  answers_limited: "{answered} of {rows} check rows are answered and scored.",
  gguf_unicode_form:
    "This model's tokenizer puts text into the form {form} first, which Ollama does not do: text with decomposed accents is read differently there.",
  gguf_stop_unknown: "llama.cpp does not end at {tokens} by itself; the Modelfile's stop does.",
  quantize_fallback:
    "{count} tensors do not fit into blocks of 256 and got a larger type than {format}: {tensor} first (rows of {row}), as {type}.",
  not_finite: "The event {event} held numbers that are not finite: {fields}.",
  checkpoint_torn: "The checkpoint {folder} is damaged and is passed over.",
  learning_rate_changed:
    "From behind step {step} on the learning rate is {value} instead of {before}, as was asked for. The result is no longer equal to that of a run with the settings that this one began with.",
  load_in_4bit_changed:
    "The frozen weights are loaded in 4 bits, as was agreed to: there is too little memory otherwise. The result differs from that of a run in full precision.",
  steps_differ: "{actual} optimizer steps instead of the {planned} planned.",
  memory_allocator:
    "Memory ran out at step {step}: freed memory now goes back to the system at once. That takes time; the result stays the same, bit for bit.",
  memory_micro_batch:
    "Memory ran out at step {step}: {size} rows or packs at a time instead of {before}, and {accumulation} times per step, so that the effective batch stays {effective}. From here on the result is no longer bit-equal to that of an undisturbed run.",
  memory_checkpointing:
    "Memory ran out at step {step}: activations are no longer kept but computed twice. From here on the result is no longer bit-equal to that of an undisturbed run.",
  memory_evaluation_batch: "Memory ran out while evaluating: {rows} rows at a time are tried.",
  threads_fewer: "This machine offers {cores} cores, fewer than the {threads} threads planned.",
} as const;
