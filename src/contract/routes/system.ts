import { createRoute, z } from "@hono/zod-openapi";
import { errorBodySchema } from "../errors.ts";
import { body, bytesSchema, fails, json, jsonBody, storage } from "./common.ts";
import { jobReply } from "./jobs.ts";

const tags = ["System"];
const count = z.int().nonnegative();

export const engineReply = z
  .object({
    state: z.enum(["ready", "missing", "broken"]).openapi({
      description: "broken: it was installed, and something of it is gone since",
    }),
    id: z.string(),
    folder: z.string(),
    installed_at: z.string().nullable(),
    versions: z.record(z.string(), z.string()),
    gone: z.string().nullable().openapi({ description: "Where broken: the path that is gone" }),
    others: z.array(z.string()).openapi({
      description: "Folders of engines of other versions of Tunesmith",
    }),
    install_job: z.string().nullable().openapi({ description: "The job that installs it now" }),
  })
  .openapi("Engine");

export const deviceReply = z
  .object({
    type: z.enum(["cpu", "cuda", "mps"]),
    name: z.string(),
    memory_bytes: bytesSchema,
    free_bytes: bytesSchema,
    threads: count,
    cores: count,
    bf16: z.boolean(),
    fp16: z.boolean(),
    flags: z.array(z.string()),
    reason: z.string(),
    guessed: z.boolean().openapi({ description: "Read without the engine" }),
  })
  .openapi("Device");

const program = z.object({ version: z.string(), executable: z.string() });

export const systemReply = z
  .object({
    version: z.string(),
    home: z.string(),
    node: program,
    system: z.object({ platform: z.string(), release: z.string(), name: z.string() }),
    processor: z.object({ name: z.string(), cores: count }),
    memory: z.object({ total_bytes: bytesSchema, free_bytes: bytesSchema }),
    disk: z.object({ folder: z.string(), free_bytes: bytesSchema, needed_bytes: bytesSchema }),
    python: program.nullable(),
    git: z.string().nullable(),
    engine: engineReply,
    device: deviceReply,
    trains: z
      .object({
        lora: count,
        qlora: count.nullable(),
        weight_bytes: count,
        limited_by: z.enum(["device", "memory", "disk"]),
      })
      .openapi({ description: "How many parameters a model may have, by how it is loaded" }),
    ollama: z.object({ address: z.string(), source: z.string(), version: z.string() }).nullable(),
    problems: z.array(errorBodySchema).openapi({
      description: "What is wrong, and what mends it; Ollama's stand here, too",
    }),
    notes: z.array(errorBodySchema).openapi({ description: "What is worth knowing" }),
  })
  .openapi("System");

const workspaceReply = z
  .object({
    home: z.string(),
    free_bytes: bytesSchema.openapi({ description: "Free on its disk" }),
    projects: z.array(
      z.object({
        slug: z.string(),
        bytes: bytesSchema,
        runs_bytes: bytesSchema.openapi({ description: "The part of it that its runs take" }),
      }),
    ),
    trash_bytes: bytesSchema,
  })
  .openapi("Workspace");

export const readSystem = createRoute({
  method: "get",
  path: "/api/system",
  operationId: "readSystem",
  summary: "Examine this machine: what it has, what it can train, what is in the way",
  tags,
  responses: { 200: json(systemReply, "What was found"), ...fails(...storage) },
});

export const readWorkspace = createRoute({
  method: "get",
  path: "/api/workspace",
  operationId: "readWorkspace",
  summary: "Say where the workspace lies and what takes its room",
  tags,
  responses: { 200: json(workspaceReply, "The workspace"), ...fails(...storage) },
});

export const readEngine = createRoute({
  method: "get",
  path: "/api/engine",
  operationId: "readEngine",
  summary: "Say whether the training engine is installed",
  tags,
  responses: { 200: json(engineReply, "Its state"), ...fails() },
});

export const installEngine = createRoute({
  method: "post",
  path: "/api/engine/install",
  operationId: "installEngine",
  summary: "Install the training engine, or check and repair it",
  description: "Downloads packages, because it was asked for.",
  tags,
  request: { body: jsonBody(z.strictObject({ repair: z.boolean().default(false) })) },
  responses: { 202: json(jobReply, "The job that does it"), ...fails(...body) },
});
