import { z } from "@hono/zod-openapi";
import { errorBodySchema, errorCodes } from "../errors.ts";
import type { ErrorCode } from "../errors.ts";
import { sectionSchema } from "../parameters/registry.ts";
import { statusOf } from "../status.ts";

/** What any request may be answered with. */
const everywhere: ErrorCode[] = [
  "forbidden_host",
  "forbidden_origin",
  "token_required",
  "internal",
];
/** What reading any file of the workspace may find. */
export const storage: ErrorCode[] = [
  "path_refused",
  "not_found",
  "name_invalid",
  "file_unreadable",
  "file_unreachable",
  "file_invalid",
  "file_too_new",
  "lock_held",
  "workspace_read_only",
];
/** What a body may be refused for. */
export const body: ErrorCode[] = [
  "bad_request",
  "body_too_large",
  "parameter_unknown",
  "parameter_unknown_no_match",
  "parameter_type",
  "parameter_range",
  "parameter_option",
];
/** What writing the settings of a project may be refused for, too. */
export const settingsRules: ErrorCode[] = [
  "precision_conflict",
  "lora_tied_target",
  "lora_target_unknown",
  "name_invalid",
  "project_name_required",
  "project_training",
  "disk_full",
  ...errorCodes.filter((code) => code.startsWith("ollama_name_")),
];

/** What asking the model's own tokenizer and template may find. */
export const modelFaults: ErrorCode[] = [
  ...errorCodes.filter((code) => code.startsWith("model_")),
  "engine_missing",
  "python_failed",
];

const statusWords: Record<number, string> = {
  400: "The request is not understood",
  401: "A token is required",
  403: "Refused: a foreign host or page",
  404: "Not found",
  409: "Not possible in the present state",
  413: "The body is too large",
  422: "A value cannot be used",
  500: "A fault in the program or its files",
  502: "Another program did not answer as it should",
  503: "Not ready",
  504: "Another program took too long",
  507: "The disk is full",
};

/**
 * Error responses of a route, one per status, each with the codes that it may carry. Typed as empty,
 * since handlers throw AppErrors and return only what went well.
 */
export function fails(...codes: ErrorCode[]): object {
  const byStatus = Map.groupBy(new Set([...codes, ...everywhere]), statusOf);
  return Object.fromEntries(
    [...byStatus].map(([status, codes]) => [
      status,
      {
        description: statusWords[status] ?? "Failed",
        content: {
          "application/json": {
            schema: z.object({ error: errorBodySchema.extend({ code: z.enum(codes) }) }),
          },
        },
      },
    ]),
  );
}

/**
 * A schema under a name of its own in the document. Schemas that were made before the OpenAPI
 * helper was loaded have no `openapi`; a clone has it.
 */
export const named = <S extends z.ZodType>(name: string, schema: S): S =>
  schema.clone().openapi(name);

/** A reply in JSON. */
export const json = <S extends z.ZodType>(schema: S, description: string) => ({
  description,
  content: { "application/json": { schema } },
});

/** A required body in JSON. */
export const jsonBody = <S extends z.ZodType>(schema: S) => ({
  required: true,
  content: { "application/json": { schema } },
});

/** A reply of server-sent events; `schema` describes the JSON of one event's data. */
export const eventStream = <S extends z.ZodType>(schema: S, description: string) => ({
  description,
  content: { "text/event-stream": { schema } },
});

/** A reply of bytes. */
export const download = (description: string) => ({
  description,
  content: { "application/octet-stream": { schema: binary } },
});
export const binary = z.string().openapi({ format: "binary" });

export const pathPart = (description: string, example: string) =>
  z
    .string()
    .min(1)
    .max(255)
    .openapi({ description, example, param: { in: "path" } });
export const projectParams = z.object({ project: pathPart("The project's slug", "sky") });
export const runParams = projectParams.extend({
  run: pathPart("The run's id", "20261122-153726-k3f9"),
});
export const fileParams = projectParams.extend({
  file: pathPart("The file's plain name", "train.jsonl"),
});

/** Stored values of the four sections. */
export const sectionsSchema = z.object({
  training_config: sectionSchema("training_config"),
  lora_config: sectionSchema("lora_config"),
  quantization_config: sectionSchema("quantization_config"),
  modelfile_config: sectionSchema("modelfile_config"),
});
/** Sections of an update: absent = unchanged; null = all of the section back to default. */
export const sectionPatches = {
  training_config: sectionSchema("training_config").nullable().optional(),
  lora_config: sectionSchema("lora_config").nullable().optional(),
  quantization_config: sectionSchema("quantization_config").nullable().optional(),
  modelfile_config: sectionSchema("modelfile_config").nullable().optional(),
};
/** Sections of one run, which are not saved. */
export const sectionOverrides = {
  training_config: sectionSchema("training_config").optional(),
  lora_config: sectionSchema("lora_config").optional(),
  quantization_config: sectionSchema("quantization_config").optional(),
  modelfile_config: sectionSchema("modelfile_config").optional(),
};

export const timeSchema = z.iso.datetime();
export const bytesSchema = z.int().nonnegative().openapi({ description: "Bytes" });
