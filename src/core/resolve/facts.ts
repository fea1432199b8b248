import type { z } from "zod";
import type { modelFactsSchema, templateFactsSchema } from "#contract/trainer.ts";

export type { DeviceReply } from "#contract/trainer.ts";
export type ModelFacts = z.infer<typeof modelFactsSchema>;
export type TemplateFacts = z.infer<typeof templateFactsSchema>;
