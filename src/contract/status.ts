import type { ErrorCode } from "./errors.ts";

/**
 * HTTP status per error code. What stands here is about the request or the state of things; every
 * other code says that a value, a row or a file cannot be used: 422.
 */
const statuses: Partial<Record<ErrorCode, number>> = {
  bad_request: 400,
  upload_incomplete: 400,
  path_refused: 400,

  token_required: 401,
  forbidden_host: 403,
  forbidden_origin: 403,

  not_found: 404,
  run_not_found: 404,
  run_none: 404,
  run_none_at_all: 404,

  body_too_large: 413,

  revision_conflict: 409,
  project_training: 409,
  workspace_locked: 409,
  run_active: 409,
  run_is_trial: 409,
  run_not_trial: 409,
  sweep_empty: 422,
  sweep_too_many: 422,
  run_trained: 409,
  four_bit_question: 409,
  disk_part_in_use: 409,
  four_bit_too_late: 409,
  run_not_active: 409,
  run_not_finished: 409,
  run_device_busy: 409,
  run_locked: 409,
  run_not_queued: 409,
  run_disk_budget: 507,
  chat_no_model: 409,
  chat_no_base: 409,
  passport_unfinished: 409,
  passport_differs: 409,
  archive_exists: 409,
  file_exists: 409,
  lock_held: 409,
  findings_stale: 409,
  draft_none_approved: 409,
  draft_key_missing: 409,
  draft_unreachable: 502,
  draft_refused: 502,
  draft_reply_invalid: 502,
  data_file_changed: 409,
  data_file_exists: 409,
  data_check_stopped: 409,

  internal: 500,
  file_unreadable: 500,
  file_unreachable: 500,
  file_invalid: 500,
  file_too_new: 500,
  workspace_read_only: 500,
  python_failed: 500,
  run_spec_invalid: 500,
  disk_full: 507,
  data_no_room: 507,
};

/** Another program is in the way: that it is not there, or did not do its part. */
const families: [RegExp, number][] = [
  [/^ollama_(name_taken|too_old)$/, 409],
  [/^ollama_(name|address)_/, 422],
  [/^ollama_not_running$/, 503],
  [/^ollama_.*timeout$/, 504],
  [/^ollama_disk_full$/, 507],
  [/^ollama_model_(foreign|missing)$/, 404],
  [/^ollama_/, 502],
  [/^engine_/, 503],
  [/^deploy_/, 409],
  [/^hub_(not_found|dataset_empty|split_unknown)$/, 404],
  [/^hub_(id|endpoint)_invalid$|^hub_no_(weights|tokenizer)$/, 422],
  [/^hub_(gated|gated_refused|token_wrong)$/, 409],
  [/^hub_download_busy$/, 409],
  [/^hub_(offline|unreachable|connection_lost)$/, 503],
  [/^hub_no_disk$/, 507],
  [/^hub_cache_folder$/, 500],
  [/^hub_/, 502],
];

export function statusOf(code: ErrorCode): number {
  return statuses[code] ?? families.find(([pattern]) => pattern.test(code))?.[1] ?? 422;
}
