"""Decisions and warnings the trainer states, as codes with their English sentences.

Like the errors, the TypeScript contract mirrors these tables for translation.
"""

from __future__ import annotations

from typing import Any

DECISIONS: dict[str, str] = {
    "device": "Training runs on {name} ({type}) with {threads} threads.",
    "precision": "Number format {mode}: frozen weights in {weights}, trained ones in float32. "
    "{reason}",
    "bitsandbytes_left_out": "bitsandbytes is not loaded, because nothing in this run uses it.",
    "attention_eager": "This architecture has no fast attention in PyTorch: the plain one is used.",
    "four_bit": "Frozen linear layers are held in 4 bits ({quant_type}, double quantisation "
    "{double}, computing in {compute}).",
    "compute_dtype_fallback": "The device {device} cannot compute in {wanted}: 4-bit layers "
    "compute in {chosen}.",
    "trainable": "{trainable} of {total} parameters train ({share} %): LoRA of rank {r} on "
    "{targets}.",
    "bias_without_effect": "bias = {bias} does nothing here: this model has no biases.",
    "modules_to_save": "Trained as a whole, too: {modules}.",
    "weights_stay_tied": "Input and output embeddings are one tensor in this model and stay so.",
    "gradient_checkpointing": "Gradient checkpointing saves memory by computing activations twice.",
    "gradient_checkpointing_unsupported": "{architecture} cannot do gradient checkpointing: it is "
    "off.",
    "mask": "Answers were found by {mode} in {rows} rows.",
    "mask_last": "In {rows} rows only the last answer is learned: this template renders earlier "
    "answers differently.",
    "train_on_everything": "All tokens are learned, not only answers.",
    "stop_tokens": "An answer ends with {end}; generation also stops at {all}.",
    "thinking": "The template's thinking switch is fixed to {thinking}, as the examples have it.",
    "clock": "The template writes the date: it is fixed to {day}.",
    "system_added": "{rows} rows without a system prompt got the one that will be served.",
    "system_rejected": "This model's template takes no system prompt: rows are trained without "
    "one.",
    "system_differs": "{rows} rows have a system prompt of their own, other than the one served.",
    "packing_effect": "Packing: {rows} rows ({tokens} tokens) in {packs} packs of {capacity}, "
    "{unused} % unused.",
    "packing_not_exact": "Packing is switched off: rows in one pack would see each other in "
    "{architecture}.",
    "no_packing": "No packing: {rows} rows ({tokens} tokens), {padding} % of the work is padding.",
    "optimizer_steps": "{steps} optimizer steps in {epochs} epochs of {per_epoch}, {warmup} of "
    "them warm-up.",
    "warmup_ignored": "The constant schedule has no warm-up: warmup_ratio {ratio} has no effect.",
    "optimizer": "Optimizer {optim}, learning rate {learning_rate}, schedule {schedule}, "
    "weight decay {weight_decay}.",
    "paged_optimizer_unpaged": "Paging needs a CUDA device: the 8-bit optimizer runs unpaged.",
    "learned_tokens": "{learned} of {tokens} tokens are learned ({share} %): {train_on}.",
    "neftune": "NEFTune adds noise of strength {alpha} to the input embeddings while training.",
    "early_stopping_without_check": "Early stopping needs a check set; there is none, so it is "
    "off.",
    "exports_best": "The checkpoint with the lowest held-out loss will be exported.",
    "exports_last": "The last checkpoint will be exported.",
    "rehearsed": "Merging, converting, quantising and Ollama {version} were tried on the untouched "
    "model before training: all passed, in {seconds} s.",
    "rehearsed_without_ollama": "Merging, converting and quantising were tried on the untouched "
    "model before training and passed, in {seconds} s. Ollama was left out: {reason}",
    "rehearsal_known": "What follows training was tried before with this model, these settings and "
    "these versions, and passed: it is not tried again.",
    "answers_limited": "{answered} of {rows} check rows are answered and scored.",
}

WARNINGS: dict[str, str] = {
    "gguf_unicode_form": "This model's tokenizer puts text into the form {form} first, which "
    "Ollama does not do: text with decomposed accents is read differently there.",
    "gguf_stop_unknown": "llama.cpp does not end at {tokens} by itself; the Modelfile's stop does.",
    "quantize_fallback": "{count} tensors do not fit into blocks of 256 and got a larger type than "
    "{format}: {tensor} first (rows of {row}), as {type}.",
    "not_finite": "The event {event} held numbers that are not finite: {fields}.",
    "checkpoint_torn": "The checkpoint {folder} is damaged and is passed over.",
    "learning_rate_changed": "From behind step {step} on the learning rate is {value} instead of "
    "{before}, as was asked for. The result is no longer equal to that of a run with the settings "
    "that this one began with.",
    "load_in_4bit_changed": "The frozen weights are loaded in 4 bits, as was agreed to: there is "
    "too little memory otherwise. The result differs from that of a run in full precision.",
    "steps_differ": "{actual} optimizer steps instead of the {planned} planned.",
    "memory_allocator": "Memory ran out at step {step}: freed memory now goes back to the system "
    "at once. That takes time; the result stays the same, bit for bit.",
    "memory_micro_batch": "Memory ran out at step {step}: {size} rows or packs at a time instead "
    "of {before}, and {accumulation} times per step, so that the effective batch stays "
    "{effective}. From here on the result is no longer bit-equal to that of an undisturbed run.",
    "memory_checkpointing": "Memory ran out at step {step}: activations are no longer kept but "
    "computed twice. From here on the result is no longer bit-equal to that of an undisturbed run.",
    "memory_evaluation_batch": "Memory ran out while evaluating: {rows} rows at a time are tried.",
    "threads_fewer": "This machine offers {cores} cores, fewer than the {threads} threads planned.",
}


def decision(code: str, params: dict[str, Any]) -> dict[str, Any]:
    """`{code, params, message}` of a decision or a warning."""
    sentence = DECISIONS.get(code) or WARNINGS.get(code)
    assert sentence is not None, f"unknown decision or warning {code}"
    return {"code": code, "params": params, "message": sentence.format(**params)}
