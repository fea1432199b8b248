/** One sentence per parameter, under its full name: what it does, and when to touch it. */
export const parameterHelp: Record<string, string> = {
  "training_config.num_train_epochs":
    "How often training goes through all rows. More learns the rows better, until it only repeats them.",
  "training_config.learning_rate":
    "How far each step changes the model. Too high and the loss jumps, too low and little is learned.",
  "training_config.lr_scheduler_type": "How the learning rate falls after the warm-up.",
  "training_config.warmup_ratio":
    "The share of the run in which the learning rate rises from zero; it steadies the start.",
  "training_config.train_on":
    "Whether only the answers are learned, or questions and system prompts, too.",
  "training_config.early_stopping_patience":
    "Stop when the held-out loss has not improved for this many checks; 0 = never. Needs check rows.",
  "training_config.per_device_train_batch_size":
    "Rows (or packs of rows) that are computed at once. More is faster on a GPU and takes more memory.",
  "training_config.gradient_accumulation_steps":
    "Batches that are summed up before one step. It makes steps steadier without more memory.",
  "training_config.max_length":
    "The longest row in tokens; longer rows are left out and listed. By default what covers 99 % of the rows.",
  "training_config.packing":
    "Put several short rows into one sequence, kept apart from each other. Much faster with short rows.",
  "training_config.gradient_checkpointing":
    "Compute activations twice instead of keeping them: less memory, about a third slower.",
  "training_config.optim":
    "The optimizer. The 8-bit ones need a fraction of the memory; paged ones move to main memory when it is short.",
  "training_config.weight_decay": "Pulls weights towards zero at each step, against overfitting.",
  "training_config.max_grad_norm":
    "Gradients longer than this are shortened, so that one odd row cannot spoil the model.",
  "training_config.neftune_noise_alpha":
    "Noise on the embeddings while training; it can make answers richer. 5 is usual, 0 = off.",
  "training_config.bf16":
    "Compute in bfloat16: half the memory at float32's range. Needs a GPU from RTX 3000 on, or a recent CPU.",
  "training_config.fp16":
    "Compute in float16, for GPUs older than RTX 3000. Not together with bf16.",
  "training_config.seed": "The same seed, rows and settings give the same model.",
  "training_config.logging_steps": "Report loss and speed every so many steps.",
  "training_config.save_strategy": "When checkpoints are written and the held-out loss is taken.",
  "training_config.save_steps": "Write a checkpoint every so many steps.",
  "lora_config.r":
    "The rank: how much the adapter can hold. More for facts and large data, less for style.",
  "lora_config.lora_alpha":
    "How strongly the adapter counts, in relation to r; one to two times r is usual.",
  "lora_config.lora_dropout":
    "The share of the adapter's inputs that is left out at random, against overfitting on few rows.",
  "lora_config.target_modules":
    "The layers that get an adapter. By default every linear layer of the model.",
  "lora_config.modules_to_save":
    "Layers that are trained in full beside the adapter, for new words or scripts. Takes much memory.",
  "lora_config.bias": "Which biases are trained along. Does nothing on models without biases.",
  "lora_config.use_rslora":
    "Scale by the square root of the rank, so that high ranks keep learning. Recommended from r = 64 on.",
  "lora_config.use_dora":
    "Learn direction and size of the weights apart: sometimes better at low ranks, slower. Experimental.",
  "quantization_config.load_in_4bit":
    "Hold the base model in 4 bits while training (QLoRA): a quarter of the memory, a little slower.",
  "quantization_config.bnb_4bit_quant_type":
    "How the 4 bits are used; nf4 fits weights as they are usually spread.",
  "quantization_config.bnb_4bit_use_double_quant":
    "Compress the 4-bit constants, too: about 0.4 bits less per weight.",
  "quantization_config.bnb_4bit_compute_dtype":
    "What 4-bit weights are computed in; bfloat16 needs an RTX 3000 or newer.",
  "quantization_config.output_quantization":
    "The format of the finished GGUF. auto = q8_0 up to 3 billion parameters, else q4_k_m.",
  "modelfile_config.system":
    "The system prompt that the model serves with, and that rows without one are trained with. Empty = none.",
  "modelfile_config.temperature":
    "How freely the next word is chosen. 0 always takes the likeliest; high is varied and errs more.",
  "modelfile_config.stop":
    "Texts that end an answer. The template's own are always added; an empty list means those alone.",
  "modelfile_config.num_ctx":
    "How many tokens of the conversation the model sees. More takes more memory.",
  "modelfile_config.num_predict": "The longest answer in tokens; -1 = no limit.",
  "modelfile_config.top_p":
    "Choose only among the likeliest words that together reach this probability.",
  "modelfile_config.top_k": "Choose only among this many of the likeliest words.",
  "modelfile_config.min_p":
    "Leave out words that are less likely than this share of the likeliest one.",
  "modelfile_config.seed": "The same seed and question give the same answer.",
  "modelfile_config.repeat_penalty": "Makes words that were just used less likely; 1 = off.",
  "modelfile_config.repeat_last_n":
    "How many tokens back repeat_penalty looks; 0 = it does nothing.",
  "modelfile_config.mirostat":
    "Another way to choose words. Current Ollama takes the setting and ignores it.",
  "modelfile_config.mirostat_tau": "How varied mirostat's text is. Ignored by current Ollama.",
  "modelfile_config.mirostat_eta": "How fast mirostat adapts. Ignored by current Ollama.",
};
