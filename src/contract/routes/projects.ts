import { createRoute, z } from "@hono/zod-openapi";
import { mappingSchema } from "../data-format.ts";
import { errorBodySchema } from "../errors.ts";
import { memoryEstimateSchema } from "../memory.ts";
import { sections } from "../parameters/types.ts";
import type { ParameterValue, Section } from "../parameters/types.ts";
import { registry } from "../parameters/registry.ts";
import {
  body,
  bytesSchema,
  fails,
  json,
  jsonBody,
  named,
  pathPart,
  projectParams,
  sectionPatches,
  sectionsSchema,
  settingsRules,
  storage,
  timeSchema,
} from "./common.ts";

const tags = ["Projects"];

/** Every key of a section with the value that counts; null = unset, so nothing is sent. */
const effectiveSection = (section: Section) =>
  z.object(
    Object.fromEntries(registry[section].map(({ key, schema }) => [key, schema.nullable()])),
  ) as unknown as z.ZodType<Record<string, ParameterValue | null>>;

export const dataFileReply = z
  .object({
    name: z.string(),
    role: z.enum(["train", "check"]),
    bytes: bytesSchema,
    sha256: z.string(),
    added_at: timeSchema,
    mapping: named("Mapping", mappingSchema).optional().openapi({
      description: "How to read it, where a person said so",
    }),
    version: z.int().positive().optional().openapi({
      description: "The version that counts, made by a fix; absent = as uploaded",
    }),
  })
  .openapi("DataFile");

const projectReply = z
  .object({
    slug: z.string(),
    name: z.string(),
    description: z.string(),
    revision: z.int().nonnegative(),
    created_at: timeSchema,
    updated_at: timeSchema,
    model: z.string(),
    target_name: z.string(),
    preset: z.string().nullable(),
    data: z.array(dataFileReply),
    /** The run that is going on, which disables changes; null where none is. */
    active_run: z.string().nullable(),
    ...sectionsSchema.shape,
    effective: z
      .object({
        training_config: effectiveSection("training_config"),
        lora_config: effectiveSection("lora_config"),
        quantization_config: effectiveSection("quantization_config"),
        modelfile_config: effectiveSection("modelfile_config"),
      })
      .openapi("EffectiveSettings"),
  })
  .openapi("Project");
export type ProjectReply = z.infer<typeof projectReply>;

/** A project as a list shows it. */
export const projectCardReply = projectReply
  .omit({
    training_config: true,
    lora_config: true,
    quantization_config: true,
    modelfile_config: true,
    effective: true,
  })
  .extend({
    rows: z.int().nonnegative().nullable().openapi({
      description: "Rows of its data files; null = they were not read since they last changed",
    }),
  })
  .openapi("ProjectCard");

// The bounds are documented here and checked by the core, whose errors say more.
const name = z.string().openapi({ minLength: 1, maxLength: 120 });
const description = z.string().openapi({ maxLength: 2000 });
const model = z.string().openapi({
  minLength: 1,
  description: "“starter”, the absolute path of a folder, or the id of a model on a hub",
});
const targetName = z.string().openapi({ minLength: 1, description: "The name in Ollama" });
const revision = z.int().nonnegative().optional().openapi({
  description: "The revision that the change was made on; where it is stale, nothing is saved",
});

export const listProjects = createRoute({
  method: "get",
  path: "/api/projects",
  operationId: "listProjects",
  summary: "List all projects",
  tags,
  responses: {
    200: json(
      z.object({
        projects: z.array(projectCardReply),
        problems: z.array(errorBodySchema).openapi({
          description: "Project folders that could not be read; none is deleted",
        }),
      }),
      "All projects, in the order of their names",
    ),
    ...fails(...storage),
  },
});

export const createProject = createRoute({
  method: "post",
  path: "/api/projects",
  operationId: "createProject",
  summary: "Create a project",
  tags,
  request: {
    body: jsonBody(
      z.strictObject({
        name,
        description: description.optional(),
        model: model.optional(),
        target_name: targetName.optional(),
        preset: z.string().optional(),
        ...sectionPatches,
      }),
    ),
  },
  responses: {
    201: json(projectReply, "The new project"),
    ...fails(...storage, ...body, ...settingsRules, "preset_unknown"),
  },
});

export const readProject = createRoute({
  method: "get",
  path: "/api/projects/{project}",
  operationId: "readProject",
  summary: "Read a project",
  description:
    "With the stored sections, from which unset keys are absent, and `effective`: every value as " +
    "it would be used on this device.",
  tags,
  request: { params: projectParams },
  responses: { 200: json(projectReply, "The project"), ...fails(...storage) },
});

export const updateProject = createRoute({
  method: "patch",
  path: "/api/projects/{project}",
  operationId: "updateProject",
  summary: "Change a project partly",
  description:
    "What is absent stays as it is; null sets a key, or a whole section, back to its default. " +
    "Where any value is refused, nothing is saved. A new name leaves slug and folder as they are.",
  tags,
  request: {
    params: projectParams,
    body: jsonBody(
      z.strictObject({
        revision,
        name: name.optional(),
        description: description.optional(),
        model: model.optional(),
        target_name: targetName.optional(),
        ...sectionPatches,
      }),
    ),
  },
  responses: {
    200: json(projectReply, "The project as it is now"),
    ...fails(...storage, ...body, ...settingsRules, "revision_conflict"),
  },
});

export const deleteProject = createRoute({
  method: "delete",
  path: "/api/projects/{project}",
  operationId: "deleteProject",
  summary: "Move a project into the trash",
  tags,
  request: { params: projectParams },
  responses: {
    200: json(
      z.object({ trash_id: z.string(), slug: z.string(), name: z.string() }),
      "What restores it",
    ),
    ...fails(...storage, "project_training"),
  },
});

export const listTrash = createRoute({
  method: "get",
  path: "/api/trash",
  operationId: "listTrash",
  summary: "List the projects in the trash",
  tags,
  responses: {
    200: json(
      z.object({
        projects: z.array(
          z.object({
            trash_id: z.string(),
            slug: z.string(),
            name: z.string(),
            deleted_at: timeSchema,
          }),
        ),
      }),
      "The projects in the trash, the last deleted first",
    ),
    ...fails(...storage),
  },
});

export const restoreProject = createRoute({
  method: "post",
  path: "/api/trash/{trash}/restore",
  operationId: "restoreProject",
  summary: "Take a project out of the trash",
  tags,
  request: {
    params: z.object({ trash: pathPart("The trash_id that its deletion gave", "sky-1") }),
  },
  responses: { 200: json(projectReply, "The project"), ...fails(...storage, "disk_full") },
});

export const duplicateProject = createRoute({
  method: "post",
  path: "/api/projects/{project}/duplicate",
  operationId: "duplicateProject",
  summary: "Copy a project's settings and data, not its runs",
  tags,
  request: {
    params: projectParams,
    body: jsonBody(z.strictObject({ name: name.optional() })),
  },
  responses: {
    201: json(projectReply, "The copy"),
    ...fails(...storage, ...body, "name_invalid", "disk_full"),
  },
});

export const applyPreset = createRoute({
  method: "post",
  path: "/api/projects/{project}/preset",
  operationId: "applyPreset",
  summary: "Apply a preset",
  description:
    "Training, LoRA and quantisation take the preset's values; what it does not name is unset.",
  tags,
  request: { params: projectParams, body: jsonBody(z.strictObject({ preset: z.string() })) },
  responses: {
    200: json(projectReply, "The project as it is now"),
    ...fails(...storage, ...body, ...settingsRules, "preset_unknown"),
  },
});

export const resetSection = createRoute({
  method: "post",
  path: "/api/projects/{project}/reset",
  operationId: "resetSection",
  summary: "Set one section back to its defaults",
  tags,
  request: { params: projectParams, body: jsonBody(z.strictObject({ section: z.enum(sections) })) },
  responses: {
    200: json(projectReply, "The project as it is now"),
    ...fails(...storage, ...body, ...settingsRules),
  },
});

export const estimateMemory = createRoute({
  method: "get",
  path: "/api/projects/{project}/memory",
  operationId: "estimateMemory",
  summary: "Estimate what training would need of the device's memory, by part",
  description:
    "From the model's sizes and the effective settings. The rows are not read: each is taken for " +
    "as long as max_length. A plan reads them and has an estimate of its own in its spec.",
  tags,
  request: { params: projectParams },
  responses: {
    200: json(
      z
        .object({
          estimate: named("MemoryEstimate", memoryEstimateSchema).nullable(),
          reason: errorBodySchema.nullable().openapi({ description: "Why there is none" }),
        })
        .openapi("ProjectMemory"),
      "The estimate, against what is free",
    ),
    ...fails(...storage),
  },
});
