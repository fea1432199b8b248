/** English sentences: what is wrong, where, and what to do. Every other language has the same keys. */
export const errorSentencesEn = {
  internal:
    "Something went wrong inside Tunesmith: {detail}. Please report it together with the log.",
  bad_request: "The request is not understood: {detail}.",
  body_too_large: "The request's body is larger than {limit}.",
  upload_incomplete:
    "The upload of {file} broke off after {received} bytes. Nothing was stored; send it again.",
  not_found: "There is no {what} named “{name}”.",
  forbidden_host:
    "Requests for the host “{host}” are refused. Open Tunesmith under the address that it printed at its start.",
  forbidden_origin: "Requests from the page “{origin}” are refused.",
  token_required:
    "This server is reachable from other computers, so it asks for the token that it printed at its start.",

  name_invalid:
    "“{name}” cannot be used as a name: {reason}. Use letters, digits, spaces, dots and dashes.",
  path_refused: "“{name}” is not a plain name: paths such as “../” are refused.",

  parameter_unknown: "There is no parameter “{field}”. Did you mean “{nearest}”?",
  parameter_unknown_no_match:
    "There is no parameter “{field}”. `tunesmith parameters` lists all of them.",
  parameter_type: "{field} must be {expected}, but is {value}.",
  parameter_range: "{field} must be {limit}, but is {value}.",
  parameter_option: "{field} must be one of {options}, but is {value}.",
  precision_conflict:
    "fp16 and bf16 exclude each other. Switch one of them off, or leave both unset to choose by itself.",
  lora_tied_target:
    "{module} cannot be a LoRA target here: this model shares it with its input embedding, and merging would come out wrong. Put it into modules_to_save instead.",
  lora_target_unknown: "This model has no layer named “{module}”. It has: {available}.",
  preset_unknown: "There is no preset “{name}”. There are: {available}.",

  revision_conflict:
    "“{name}” was changed elsewhere in the meantime (revision {current}, yours {yours}). Load it again and repeat your change.",
  project_training:
    "“{name}” is training. Its settings can be changed when run {run} has ended or is cancelled.",
  project_name_required: "A project needs a name.",
  file_unreadable:
    "{file} cannot be read: {detail}. It was set aside as {aside}; nothing was deleted.",
  file_unreachable: "{file} cannot be read: {detail}. Nothing was changed.",
  file_invalid: "{file} cannot be used: {detail}. Correct it; nothing was changed.",
  lock_held: "Something else has been working on “{name}” for 30 seconds. Try again later.",
  file_too_new:
    "{file} was written by a newer Tunesmith (format {version}, this one reads up to {known}). Update Tunesmith; nothing was changed.",
  workspace_read_only:
    "The workspace {folder} cannot be written: {detail}. Choose another with TUNESMITH_HOME, or mend its permissions.",
  workspace_locked: "Another Tunesmith server already uses the workspace {folder}: {address}.",
  disk_full:
    "The disk is full: {file} could not be written ({needed} needed, {free} free). Free some space and resume; nothing was lost.",

  data_missing:
    "“{name}” has no examples yet. Add a JSONL file with `tunesmith new … --data <file>`.",
  data_file_changed:
    "{file} was changed elsewhere in the meantime. Load it again; nothing was overwritten.",
  data_file_exists:
    "There is a file {file} already, with other content. Replace it (its fixes are kept with it), or add this one as {free}. Nothing was overwritten.",
  data_check_stopped:
    "Reading the rows was stopped. Read them again to see them; nothing was lost.",
  data_file_missing: "The file {file} does not exist.",
  data_empty_file: "{file} is empty. It needs one example per line, such as {example}.",
  data_no_room:
    "{file} is {needed} large, and only {free} are free in {folder}, of which some must stay free. `tunesmith disk` says what is safe to delete; nothing was stored.",
  data_encoding_unknown:
    "“{encoding}” is no encoding that can be read. Use a name such as utf-8, windows-1252, gb18030 or utf-16le.",
  data_gzip_broken:
    "{file} is packed with gzip and cannot be unpacked: {detail}. Pack it again, or add it unpacked.",
  data_parquet_broken: "{file} is a Parquet file that cannot be read: {detail}. Write it again.",
  data_excel_broken:
    "{file} is an Excel workbook that cannot be read: {detail}. Save it again as .xlsx or CSV.",
  data_excel_too_large:
    "{file} unpacks to more than {limit} MB, which a workbook's reader would hold in memory. Save it as CSV.",
  data_excel_protected:
    "{file} is protected by a password or in the old .xls format. Save it as .xlsx without a password, or as CSV.",
  data_archive:
    "{file} is a zip archive, whatever its name says. Unpack it and add the files inside.",
  data_document: "{file} is a {kind} document, which has no rows. Make examples of it first.",
  data_not_text: "{file} holds neither text nor any form of rows that is known.",
  data_too_much_memory:
    "Reading {file} takes more memory than is set aside for it. Split the file, or save it as JSON lines.",
  data_too_many_columns:
    "{file} has {columns} columns; at most {limit} are read. Is the delimiter the right one?",
  data_column_unknown: "{file} has no column “{column}”. It has: {available}.",
  data_no_usable_rows:
    "Of {rows|row|rows} in {file} none can be used; the first reason is in line {line}: {reason}.",
  row_json: "Line {line} of {file} is not valid JSON: {detail}.",
  row_not_object: "Line {line} of {file} is not an object.",
  row_encoding:
    "Line {line} of {file} holds bytes that its encoding does not know (byte {byte}). Save the file as UTF-8.",
  row_too_large: "Line {line} of {file} is {bytes} bytes long; the limit is {limit}.",
  row_keys:
    "Line {line} of {file} has the keys {keys}, which are no known form. Say which column is the question and which the answer, or use messages, prompt/completion or instruction/output.",
  row_no_answer: "Line {line} of {file} has no answer.",
  row_no_question: "Line {line} of {file} has no question.",
  row_field_type: "Line {line} of {file}: {field} must be {expected}, but is {found}.",
  row_role:
    "Line {line} of {file}: the role “{role}” in message {message} is unknown. Use system, user or assistant.",
  row_role_order: "Line {line} of {file}: {detail}.",
  row_no_text: "Line {line} of {file} has no text.",
  row_part:
    "Line {line} of {file}: {field} is of the type “{type}”. Only text can be learned from.",
  row_tool_call: "Line {line} of {file} has a tool call that cannot be read: {detail}.",
  row_tools: "Line {line} of {file} has tools that cannot be read: {detail}.",
  row_weight:
    "Line {line} of {file}: message {message} has the weight 0, but every answer of a row is learned. Take it out, or make it the question's part.",
  row_cells: "Line {line} of {file} has {cells} cells, but the header names {columns}.",
  row_cut_off:
    "{file} ends at row {line} without closing its list: it was most likely cut off, and rows are missing. Export it again, or write the missing ] where it is complete.",
  row_quote_open:
    "Line {line} of {file} opens a quote that is never closed; nothing behind it can be told apart.",
  row_quote_too_far:
    "Line {line} of {file} goes on for more than {limit} bytes; either it has far too many columns, or it opens a quote that is not closed. Nothing behind it can be told apart.",
  row_surrogate: "Line {line} of {file} holds half of a character (a lone surrogate).",
  row_too_long: "Line {line} of {file} has {tokens} tokens, more than max_length {limit}.",
  row_answer_too_long:
    "Line {line} of {file} cannot be shortened to max_length {limit}: with answer and system prompt whole it still has {tokens} tokens.",
  row_shortened_turns:
    "Line {line} of {file} was shortened from {before} to {tokens} tokens: its {messages|oldest message was|oldest messages were} left out.",
  row_shortened_start:
    "Line {line} of {file} was shortened from {before} to {tokens} tokens: only its last turn is left, without the beginning of its prompt.",
  row_control_token:
    "Line {line} of {file} contains “{token}”, which the model reads as a control token. Remove or rewrite it.",
  row_not_learnable: "Line {line} of {file}: no token of the answer can be learned: {detail}.",
  row_in_check:
    "Line {line} of {file} stands in the check files, too; learning it would spoil the measurement.",
  row_fixed_away:
    "Line {line} of {file} was left out by a fix of the data ({finding}). Restore an earlier version to have it back.",
  findings_stale:
    "The examples or their settings have changed since they were looked through. Look again, then fix.",
  fix_unsuitable: "“{fix}” does not fit the finding “{finding}”. Possible are: {available}.",
  row_tools_lost:
    "Line {line} of {file} uses the tool {name}, which the model's chat template leaves out. Choose a model that knows tools.",
  row_template: "Line {line} of {file} cannot be rendered by the model's chat template: {detail}.",

  document_type: "{file} is no document that can be read. Possible are {available}.",
  document_protected: "{file} is protected by a password. Save it without one, then add it again.",
  document_no_text:
    "{file} holds no text ({pages|page|pages}): it is pictures of text, or empty. Make it searchable with a text recognition (OCR) first.",
  document_unreadable: "{file} cannot be read: {detail}.",
  document_too_large: "{file} is larger than {limit}. Split it.",
  document_unpacks_too_large:
    "{file} unpacks to more than {limit}, which reading it would hold in memory. Split it, or take its pictures out.",
  draft_key_missing: "{address} asks for a key. Store one for this address first.",
  draft_unreachable: "{address} cannot be reached: {detail}. What was drafted until then is kept.",
  draft_refused:
    "{address} refused the request ({status}): {detail}. What was drafted until then is kept.",
  draft_reply_invalid: "{address} answered in a form that its protocol does not have: {detail}.",
  draft_none_approved: "No draft is approved yet. Read them, and approve those that are right.",

  model_not_found: "There is no model at {path}.",
  model_no_tokenizer:
    "The model folder {path} has no tokenizer.json. Fetch the complete model, or convert its tokenizer to that format.",
  model_no_template:
    "The model in {path} has no chat template, so it is no chat model. Choose an instruct version.",
  model_no_weights: "The model folder {path} has no *.safetensors weights.",
  model_pickle_only:
    "The model in {path} has its weights only as pickle ({file}), which can run foreign code when opened. Choose a version with *.safetensors.",
  model_unknown_architecture:
    "The architecture {architecture} of the model in {path} is not known to this engine.",
  model_config_invalid: "{file} of the model cannot be read: {detail}.",

  engine_missing:
    "The training engine is not installed. Run `npm start` once, or `tunesmith doctor --repair`.",
  engine_platform:
    "The training engine cannot be installed on {platform}: PyTorch and llama.cpp are ready-made only for {known}. Use Tunesmith on one of those.",
  engine_no_python:
    "Training needs Python 3.11, 3.12, 3.13 or 3.14, and none was found. Install it with `{command}`, then start again.",
  engine_no_venv:
    "{python} has neither pip nor the venv module, so nothing can be installed with it. Install them with `{command}`, then start again.",
  engine_no_git:
    "git was not found; llama.cpp's converter is unpacked with it. Install it with `{command}`, then start again.",
  engine_no_npm:
    "npm was not found; llama.cpp's libraries are fetched with it. Install it (it comes with Node from nodejs.org), then start again.",
  engine_no_disk:
    "The training engine needs {needed} of free disk in {folder}, where {free} is left. Free some there, or name a folder on another disk with `TUNESMITH_ENGINE=/path/to/folder`, then start again.",
  engine_no_network:
    "{what} could not be downloaded ({detail}). Connect this machine to the internet, or set HTTPS_PROXY where it goes through a proxy, then start again.",
  engine_folder:
    "The training engine cannot be written into {folder}: {detail}. Make that folder yours, or name another with `TUNESMITH_ENGINE=/path/to/folder`, then start again.",
  engine_install_failed:
    "Installing {what} failed: {detail}. The whole output is in {log}. Start again to repeat it.",
  python_failed:
    "The training engine stopped unexpectedly ({detail}). The last lines of its log: {log}",

  trainer_refused: "The training engine refuses: {detail}",

  run_none: "“{project}” has no run yet. Train it first: tunesmith train {project}.",
  run_none_at_all: "There is no run yet. Train a project first: tunesmith train <project>.",
  run_not_found: "There is no run “{id}” in “{project}”.",
  run_active: "Run {id} is still going on.",
  run_is_trial:
    "This run is a trial of a sweep: it is trained and measured, not exported. Make a model of it when it is the one you want.",
  run_not_trial: "Run {id} is no trial of a sweep: its model was made already.",
  sweep_empty: "A sweep needs at least two different trials. Give a parameter more than one value.",
  sweep_too_many:
    "The sweep has {trials} trials; at most {most} are queued as one. Take fewer values.",
  four_bit_question:
    "Memory would run out: about {needed} are needed even with the smallest batches, and {free} are free. With the weights in 4 bits it would be {reduced}. That takes your consent: --allow-4bit, or load_in_4bit in the settings.",
  memory_four_bit:
    "Memory ran out before the first step, even with the smallest batches. Loading the weights in 4 bits needs less; that takes your consent. Allow it, free memory, or choose a smaller model.",
  four_bit_too_late:
    "Run {id} has learned something already; its weights can be loaded in 4 bits before the first step alone. Start a new run.",
  run_trained:
    "Run {id} has been trained already; its settings can no longer change. Start a new run.",
  run_not_active: "Run {id} is not going on; it is {status}.",
  run_not_finished: "Run {id} is {status}, so there is nothing to export yet.",
  run_spec_invalid:
    "run.json of {id} is not valid: {detail}. It was left as it is. Put it right from a copy, or delete the run.",
  run_device_busy: "Another run uses the {device} already: {id}. This one waits.",
  run_locked: "Run {id} is already carried by another process.",
  run_not_queued: "Run {id} does not wait in the queue.",
  run_stopped_often:
    "The process of this run died {count|time|times}, the last time in the stage {stage}. It is not taken up by itself any more. Look into worker.log, then resume it.",
  run_stopped_once:
    "The process of this run died in the stage {stage}. Taking runs up by themselves is switched off: resume it when you like.",
  disk_part_in_use:
    "{path} is in use, or is no part of the workspace: nothing was deleted. `tunesmith disk --all` lists what is safe.",
  run_disk_low:
    "Only {free} are free in {folder}, and the run's next files need {needed}: it paused, with a checkpoint. `tunesmith disk` says what is safe to delete; resume it then.",
  run_disk_budget:
    "This run needs about {needed} in {folder}, where {free} are free. `tunesmith disk` says what is safe to delete; with less free, choose a smaller model or keep fewer checkpoints.",
  stall_suspended:
    "The trainer's process does not run: it was stopped, or the computer has no time for it.",
  stall_waiting: "The trainer waits for something that does not come: a disk, a lock, or Ollama.",
  stall_computing:
    "The trainer computes, but nothing has come of it for long. The machine may be swapping, or a library call does not end.",
  spec_file_invalid: "{file} cannot be read as YAML or JSON: {detail}.",
  spec_key_unknown: "{file} has the unknown key “{key}”. Did you mean “{nearest}”?",
  chat_no_model: "Run {id} has no GGUF yet. Its state: {status}.",
  passport_unfinished: "Run {id} is {status}; only a finished run can be reproduced and compared.",
  passport_differs:
    "Run {id} is no longer made from what its passport says: {name} differs or is missing. `tunesmith verify` tells more.",
  reproduction_alone:
    "This run only reproduces another one, so it stays out of Ollama. Deploy it by hand if you want it there.",
  archive_invalid:
    "{file} is not a whole run from `tunesmith export-run`: {detail}. Nothing was kept.",
  archive_exists: "Run {id} is in “{project}” already. Nothing was changed.",
  archive_hash:
    "{file} in the archive is damaged: its hash is {found}, not {expected}. Nothing was kept; export it again.",
  file_exists: "{file} exists already. Name another file; nothing was overwritten.",
  chat_no_base: "The base of run {id} must be made ready for the chat first.",

  modelfile_value_lost:
    "The Modelfile cannot carry {key} as it is ({reason}): {value}. Putting the model into Ollama from here carries it all the same.",
  deploy_no_gguf: "Run {run} has no finished GGUF to put into Ollama. Let it finish first.",
  ollama_address_invalid:
    "“{value}” ({source}) is no address of an Ollama. Write it as host:port, such as 127.0.0.1:11434.",
  ollama_not_running:
    "No Ollama answers at {address}. Start it (`ollama serve`, or the Ollama app), then deploy the run again; nothing needs training again.",
  ollama_not_ollama: "Something answers at {address}, but it is no Ollama: {detail}.",
  ollama_timeout:
    "Ollama at {address} has not answered for {seconds} s. Look whether it is busy, or start it anew.",
  ollama_connection_lost:
    "The connection to Ollama at {address} broke off: {detail}. Start it again and deploy once more.",
  ollama_refused: "Ollama refused {path} with status {status}: {detail}.",
  ollama_too_old:
    "Ollama {version} at {address} does not use a model's own chat template; {minimum} or newer does. Update Ollama, then deploy again.",
  ollama_disk_full:
    "The disk that Ollama writes to is full: {detail}. Free some space there and deploy again.",
  ollama_upload_broken:
    "Sending {file} to Ollama broke off at {done} of {total} bytes: {detail}. Deploy again.",
  ollama_upload_changed: "{file} changed while it was sent to Ollama. Deploy again.",
  ollama_create_failed: "Ollama could not create {name}: {detail}.",
  ollama_create_unfinished:
    "Ollama ended without saying that {name} was created. Look into its log, then deploy again.",
  ollama_create_timeout:
    "Ollama has not finished creating {name} for {seconds} s. Look into its log, start it anew, and deploy again.",
  ollama_model_missing: "Ollama at {address} has no model named {name}.",
  ollama_model_foreign: "{name} was not put into Ollama from here, so it is left alone.",
  ollama_name_empty: "The name “{name}” has an empty {part}. Use for example “{proposal}”.",
  ollama_name_character:
    "The {part} in the name “{name}” may not hold “{character}”. Use for example “{proposal}”.",
  ollama_name_long:
    "The {part} in the name “{name}” has {length} characters; Ollama allows {limit}. Use for example “{proposal}”.",
  ollama_name_capital:
    "The name “{name}” has capital letters, which Ollama does not tell apart. Use for example “{proposal}”.",
  ollama_name_reserved:
    "The tag “{tag}” in “{name}” makes Ollama look on another machine. Use for example “{proposal}”.",
  ollama_name_taken:
    "Ollama already has another model named {name}. Deploy as {proposal}, or say that it may be replaced.",
  ollama_settings_differ:
    "Ollama {version} kept another value for {key} of {name}: sent {sent}, read back {got}. It was taken out again.",
  ollama_refused_prompt:
    "Ollama {version} could not render conversation {conversation} with {name}: {detail}. It was taken out again.",
  ollama_prompt_differs:
    "Ollama {version} reads conversation {conversation} differently from training, from token {index} on: training has {expected}, Ollama {got}, after “{before}”. {name} was taken out again.",
  ollama_answer_differs:
    "Ollama {version} answers {conversation} differently from the proven GGUF, from token {index} on: {expected} became {got}, after “{before}”. {name} was taken out again.",
  ollama_cause_old_version:
    "Ollama {version} does not use a model's own chat template, so {name} would read other prompts than in training. Update to {minimum} or newer.",
  ollama_cause_thinking_switch:
    "Ollama {version} switches thinking on in the prompts of {name}, which training did not. It was taken out again. Try it under another name, or with another version of Ollama.",
  ollama_cause_template_override:
    "Ollama {version} uses a template of its own for {name} instead of the one from training. It was taken out again. Try it under another name, or with another version of Ollama.",
  ollama_cause_double_begin_token:
    "Ollama {version} puts a second begin token before the prompts of {name}. It was taken out again. Try it with another version of Ollama.",
  ollama_stops_repeats:
    "Some answers repeat themselves instead of ending. Raise repeat_penalty, or train with fewer passes.",
  ollama_stops_too_long:
    "Some answers are cut at the limit although they are as long as those in your examples. Raise num_predict.",
  ollama_stops_end_token:
    "Some answers never reach the end token. Check that every row's answer is complete, and train longer.",

  spec_missing: "There is no run.json in {folder}. Create the run again.",
  spec_unreadable: "{file} is not valid JSON: {detail}. Create the run again.",
  spec_newer: "run.json has schema version {found}, this trainer knows {known}. Update Tunesmith.",
  spec_missing_key: "run.json lacks {key}. Create the run again with this Tunesmith.",
  spec_unknown_key: "run.json has the key {key}, which this trainer does not know. Update it.",
  spec_wrong_type: "{key} in run.json must be {expected}, but is {found}.",
  no_stdin: "The trainer reads its wishes from stdin and does not start without it.",
  changes_unreadable:
    "{file} says what was changed in this run, and cannot be read: {detail}. Put it right, or start a new run.",
  internal_error: "Something failed that should not have: {detail}. worker.log has more.",
  out_of_memory:
    "Memory ran out during {stage}. Lower max_length or the batch size, switch gradient checkpointing or 4-bit loading on, or choose a smaller model.",
  not_enough_memory: "{stage} needs about {needed} of memory, but {available} are free.",
  model_no_config: "{folder} has no config.json, so it is not a model folder.",
  model_config_unreadable:
    "{file} is not a readable model config: {detail}. Download the model again.",
  model_already_quantized: "This model is quantised already ({method}). Choose the 16-bit one.",
  model_tokenizer_unreadable: "{file} cannot be read as a tokenizer: {detail}.",
  model_weights_unreadable:
    "{file} is not a readable safetensors file: {detail}. Download the model again.",
  model_weights_incomplete:
    "The weights of the model lack {count} tensors, {first} first. Download the model again.",
  memory_unknown: "How much memory {model} needs is not known: its config names no sizes.",
  model_changed:
    "The model's {part} is not what this run was planned with. Restore it or start a new run.",
  template_failed: "The model's chat template cannot render this conversation: {detail}.",
  template_ambiguous: "The model brings several chat templates and none is called default.",
  rows_unreadable: "Line {line} of {file} is not a normalised row: {detail}.",
  rows_changed: "{file} is not the file this run was frozen with. Start a new run.",
  no_rows: "There are no rows to train on.",
  row_tools_dropped: "The model's chat template leaves out the tool {name} of row {id}.",
  row_template_failed: "The model's chat template cannot render row {id}: {detail}.",
  precision_unsupported: "{precision} is not possible on this device: {detail}.",
  device_unavailable: "The run was planned for {device}, which this machine does not offer.",
  optimizer_unavailable: "The optimizer {optim} is not available here: {detail}.",
  lora_no_targets: "The model has none of the target modules {targets}.",
  lora_module_unknown: "The model has no module called {module}.",
  four_bit_unavailable: "4-bit loading is not possible here: {detail}.",
  loss_not_finite:
    "The loss became {loss} at step {step} (learning rate {learning_rate}, rows {rows}). Go on with a lower learning rate, or check these rows.",
  gradient_not_finite:
    "The gradient became {norm} at step {step} (learning rate {learning_rate}, rows {rows}). Go on with a lower learning rate, or check these rows.",
  checkpoint_other_run:
    "The checkpoint {folder} belongs to another model, data or settings ({detail}). Move it away to start afresh.",
  checkpoint_failed: "The checkpoint {folder} could not be written: {detail}.",
  export_engine_missing:
    "llama.cpp is not installed: {folder} is missing. Run `npm start` once, or `tunesmith doctor --repair`.",
  export_engine_mismatch:
    "The installed llama.cpp is not the one this version needs: {field} is {found}. Run `tunesmith doctor --repair`.",
  export_merge_not_equal:
    "The merged model does not answer like base and adapter: their outputs differ by {difference}, allowed are {allowed}. The adapter is kept.",
  export_architecture_unsupported:
    "llama.cpp cannot convert the architecture {architecture}. The model is kept in {folder}.",
  export_convert_failed: "The conversion to GGUF failed: {detail}. The model is kept in {folder}.",
  export_template_changed:
    "The chat template embedded in the GGUF renders the conversation {id} differently from training.",
  export_tokenizer_unknown:
    "llama.cpp has no equal for this model's tokenizer: {detail}. The model is kept in {folder}.",
  export_tokenizer_not_proven:
    "The GGUF reads text differently from training: {text} is {expected} in training, but {found} in the GGUF. The files are kept.",
  export_not_proven:
    "The GGUF does not answer like the merged model: for row {id}, after “{before}”, the model says {expected}, the GGUF {found} (probabilities {expected_probability} and {found_probability}). The files are kept.",
  export_quantize_failed: "Quantising to {format} failed: {detail}.",
  gguf_unreadable: "{file} cannot be opened as a GGUF model: {detail}.",
  gguf_context_failed:
    "There is no room for a context of {tokens} tokens: {detail}. Lower num_ctx.",
  gguf_decode_failed: "llama.cpp could not compute an answer (status {status}): {detail}.",
  chat_request_invalid: "The chat request is not understood: {detail}.",
  chat_no_template: "{file} has no chat template embedded.",
  chat_too_long:
    "The conversation has {tokens} tokens, and num_ctx is {num_ctx}. Start a new conversation or raise num_ctx.",

  model_not_downloaded:
    "The model {id} is not on this computer yet. Download it in the project's section Model, or with `tunesmith models download {id}`.",
  hub_id_invalid:
    "“{id}” is no name of a model on the hub. Names look like owner/model, such as HuggingFaceTB/SmolLM2-135M-Instruct.",
  hub_endpoint_invalid:
    "HF_ENDPOINT is “{value}”, which is no address of a hub. Set it to an http(s) address, or unset it.",
  hub_offline:
    "HF_HUB_OFFLINE forbids requests to the hub. Unset it and start Tunesmith again to search and download.",
  hub_unreachable:
    "The hub {host} cannot be reached: {detail}. Look whether this computer is connected to the internet, then go on; nothing is lost.",
  hub_connection_lost:
    "The connection broke off at {done} of {total}, and {attempts} attempts to go on failed: {detail}. Everything that arrived is kept: go on when the connection is back.",
  hub_token_wrong:
    "{host} does not accept the access token ({source}). Take a new one from {url}, or remove it.",
  hub_gated:
    "{id} asks for consent to its terms first. Accept them at {url}, then set an access token of the same account here.",
  hub_gated_refused:
    "The account of the access token ({source}) has no access to {id} yet. Accept its terms at {url}, or wait until the owner has agreed, then try again.",
  hub_not_found:
    "{host} has no {id}, or it is private and the access token does not open it. Look for a typing error.",
  hub_rate_limited: "{host} takes no more requests for now. Try again in {seconds} s.",
  hub_refused: "{host} refused {what} with status {status}: {detail}. Try again later.",
  hub_reply_invalid:
    "{host} answered {what} with something that is no reply of a hub: {detail}. A proxy or a sign-in page may be in between.",
  hub_no_weights:
    "{id} has no *.safetensors weights, so it cannot be used. Choose a version that has them.",
  hub_no_tokenizer:
    "{id} has no tokenizer.json, so it cannot be used. Choose a version that has one.",
  hub_file_wrong:
    "{file} arrived damaged: its {algorithm} is {found}, the hub says {expected}. It was deleted; go on to fetch it again.",
  hub_no_disk:
    "{id} needs {needed} of free disk in {folder}, where {free} is left. Free some there, or name a folder on another disk with HF_HOME, then start again.",
  hub_cache_folder:
    "The download cannot be written into {folder}: {detail}. Make that folder yours, or name another with HF_HOME.",
  hub_download_busy: "Another program is downloading {id} already. Wait for it, or stop it there.",
  hub_dataset_empty:
    "The hub has no Parquet files of {id}. Not every dataset has them; choose another, or download its files and add them.",
  hub_split_unknown:
    "The dataset {id} has no split “{split}” in the subset “{config}”. It has: {known}.",
} as const;
