import { createRoute, z } from "@hono/zod-openapi";
import { languageSchema, themeSchema } from "../settings.ts";
import { body, fails, json, jsonBody, storage } from "./common.ts";

const tags = ["Settings"];

export const settingsReply = z
  .object({
    language: languageSchema.nullable(),
    theme: themeSchema,
    ollama_address: z.string().nullable(),
    /** The token itself is never returned. */
    hugging_face_token_set: z.boolean(),
    auto_resume: z.boolean().openapi({
      description: "Whether a run whose process died is taken up by itself, three times at most",
    }),
    disk_reserve_bytes: z.int().nullable().openapi({
      description: "With less free a run pauses; null = what its next checkpoints need",
    }),
  })
  .openapi("Settings");

export const readSettings = createRoute({
  method: "get",
  path: "/api/settings",
  operationId: "readSettings",
  summary: "Read the settings",
  tags,
  responses: { 200: json(settingsReply, "The settings"), ...fails(...storage) },
});

export const updateSettings = createRoute({
  method: "patch",
  path: "/api/settings",
  operationId: "updateSettings",
  summary: "Change settings partly",
  description:
    "What is absent stays as it is; null sets back to the default, or forgets the token.",
  tags,
  request: {
    body: jsonBody(
      z.strictObject({
        language: languageSchema.nullable().optional(),
        theme: themeSchema.nullable().optional(),
        ollama_address: z.string().max(500).nullable().optional(),
        hugging_face_token: z.string().min(1).max(500).nullable().optional(),
        auto_resume: z.boolean().nullable().optional(),
        disk_reserve_bytes: z.int().nonnegative().nullable().optional(),
      }),
    ),
  },
  responses: {
    200: json(settingsReply, "The settings as they are now"),
    ...fails(...storage, ...body, "disk_full"),
  },
});
