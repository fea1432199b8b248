"""Every expected failure of the trainer, as one closed set of codes with its English sentence.

The TypeScript contract mirrors this table; a sentence says what, where, and what to do.
"""

from __future__ import annotations

from typing import Any

MESSAGES: dict[str, str] = {
    # the run directory and its spec
    "spec_missing": "There is no run.json in {folder}. Create the run again.",
    "spec_unreadable": "{file} is not valid JSON: {detail}. Create the run again.",
    "spec_newer": "run.json has schema version {found}, this trainer knows {known}. "
    "Update Tunesmith.",
    "spec_missing_key": "run.json lacks {key}. Create the run again with this Tunesmith.",
    "spec_unknown_key": "run.json has the key {key}, which this trainer does not know. Update it.",
    "spec_wrong_type": "{key} in run.json must be {expected}, but is {found}.",
    "changes_unreadable": "{file} says what was changed in this run, and cannot be read: {detail}. "
    "Put it right, or start a new run.",
    "run_locked": "Another process is working on this run already. Wait for it or cancel it.",
    "no_stdin": "The trainer reads its wishes from stdin and does not start without it.",
    "disk_full": "The disk is full while writing {file}. Free some space; then resume the run.",
    "file_unreadable": "{file} cannot be read: {detail}.",
    "internal_error": "Something failed that should not have: {detail}. worker.log has more.",
    "out_of_memory": "Memory ran out during {stage}. Lower max_length or the batch size, switch "
    "gradient checkpointing or 4-bit loading on, or choose a smaller model.",
    "not_enough_memory": "{stage} needs about {needed} of memory, but {available} are free.",
    # the model folder
    "model_not_found": "There is no model folder at {folder}.",
    "model_no_config": "{folder} has no config.json, so it is not a model folder.",
    "model_config_unreadable": "{file} is not a readable model config: {detail}. "
    "Download the model again.",
    "model_already_quantized": "This model is quantised already ({method}). Choose the 16-bit one.",
    "model_no_tokenizer": "{folder} has no tokenizer.json. Download the model with its tokenizer.",
    "model_tokenizer_unreadable": "{file} cannot be read as a tokenizer: {detail}.",
    "model_no_weights": "{folder} has no *.safetensors weights.",
    "model_pickle_only": "{folder} has its weights only as pickle files ({files}), which can run "
    "code when loaded. Choose a model with *.safetensors weights.",
    "model_weights_unreadable": "{file} is not a readable safetensors file: {detail}. "
    "Download the model again.",
    "model_weights_incomplete": "The weights of the model lack {count} tensors, {first} first. "
    "Download the model again.",
    "model_unknown_architecture": "Tunesmith cannot train the architecture {architecture}.",
    "model_no_template": "{folder} has no chat template. Choose a chat (instruct) model.",
    "model_changed": "The model's {part} is not what this run was planned with. Restore it or "
    "start a new run.",
    "template_failed": "The model's chat template cannot render this conversation: {detail}.",
    "template_ambiguous": "The model brings several chat templates and none is called default.",
    # rows
    "rows_unreadable": "Line {line} of {file} is not a normalised row: {detail}.",
    "rows_changed": "{file} is not the file this run was frozen with. Start a new run.",
    "no_rows": "There are no rows to train on.",
    "row_too_long": "Row {id} has {tokens} tokens, more than max_length {max_length}.",
    "row_answer_too_long": "Row {id} cannot be shortened to max_length {max_length}: with answer "
    "and system prompt whole it still has {tokens} tokens.",
    "row_no_answer": "Row {id} has no answer of the assistant to learn.",
    "row_control_token": "Row {id} holds the text {token} in a {role} turn, which this model reads "
    "as a control token. Change the text or leave the row out.",
    "row_template_failed": "The model's chat template cannot render row {id}: {detail}.",
    "row_tools_dropped": "The model's chat template leaves out the tool {name} of row {id}.",
    "row_not_learnable": "In row {id} no token of the answer can be learned: {detail}.",
    # settings
    "precision_unsupported": "{precision} is not possible on this device: {detail}.",
    "device_unavailable": "The run was planned for {device}, which this machine does not offer.",
    "optimizer_unavailable": "The optimizer {optim} is not available here: {detail}.",
    "lora_no_targets": "The model has none of the target modules {targets}.",
    "lora_tied_target": "{module} shares its weights with another layer of this model and cannot "
    "be a LoRA target. Name it in modules_to_save instead.",
    "lora_module_unknown": "The model has no module called {module}.",
    "four_bit_unavailable": "4-bit loading is not possible here: {detail}.",
    # training
    "loss_not_finite": "The loss became {loss} at step {step} (learning rate {learning_rate}, rows "
    "{rows}). Go on with a lower learning rate, or check these rows.",
    "gradient_not_finite": "The gradient became {norm} at step {step} (learning rate "
    "{learning_rate}, rows {rows}). Go on with a lower learning rate, or check these rows.",
    # checkpoints
    "checkpoint_other_run": "The checkpoint {folder} belongs to another model, data or settings "
    "({detail}). Move it away to start afresh.",
    "checkpoint_failed": "The checkpoint {folder} could not be written: {detail}.",
    # export
    "export_engine_missing": "llama.cpp is not installed: {folder} is missing. Run `npm start` "
    "once, or `tunesmith doctor --repair`.",
    "export_engine_mismatch": "The installed llama.cpp is not the one this version needs: {field} "
    "is {found}. Run `tunesmith doctor --repair`.",
    "export_merge_not_equal": "The merged model does not answer like base and adapter: their "
    "outputs differ by {difference}, allowed are {allowed}. The adapter is kept.",
    "export_architecture_unsupported": "llama.cpp cannot convert the architecture {architecture}. "
    "The model is kept in {folder}.",
    "export_convert_failed": "The conversion to GGUF failed: {detail}. The model is kept "
    "in {folder}.",
    "export_template_changed": "The chat template embedded in the GGUF renders the conversation "
    "{id} differently from training.",
    "export_tokenizer_unknown": "llama.cpp has no equal for this model's tokenizer: {detail}. "
    "The model is kept in {folder}.",
    "export_tokenizer_not_proven": "The GGUF reads text differently from training: {text} is "
    "{expected} in training, but {found} in the GGUF. The files are kept.",
    "export_not_proven": "The GGUF does not answer like the merged model: for row {id}, after "
    "“{before}”, the model says {expected}, the GGUF {found} (probabilities {expected_probability} "
    "and {found_probability}). The files are kept.",
    "export_quantize_failed": "Quantising to {format} failed: {detail}.",
    "gguf_unreadable": "{file} cannot be opened as a GGUF model: {detail}.",
    "gguf_context_failed": "There is no room for a context of {tokens} tokens: {detail}. Lower "
    "num_ctx.",
    "gguf_decode_failed": "llama.cpp could not compute an answer (status {status}): {detail}.",
    # chat
    "chat_request_invalid": "The chat request is not understood: {detail}.",
    "chat_no_template": "{file} has no chat template embedded.",
    "chat_too_long": "The conversation has {tokens} tokens, and num_ctx is {num_ctx}. Start a new "
    "conversation or raise num_ctx.",
}


class AppError(Exception):
    """An expected failure: a code of `MESSAGES` and the values that fill its sentence."""

    def __init__(self, code: str, **params: Any) -> None:
        assert code in MESSAGES, f"unknown error code {code}"
        self.code = code
        self.params = params
        super().__init__(self.message)

    @property
    def message(self) -> str:
        """The English sentence with its parameters filled in."""
        return MESSAGES[self.code].format(**self.params)

    def to_dict(self) -> dict[str, Any]:
        """`{code, params, message}`, as errors cross every boundary."""
        return {"code": self.code, "params": self.params, "message": self.message}
