import type { z } from "@hono/zod-openapi";
import type { DataFile, Project } from "#contract/project.ts";
import type { dataFileReply, projectCardReply, ProjectReply } from "#contract/routes/projects.ts";
import type { EffectiveSettings } from "#core/api.ts";

export const dataFileBody = ({ addedAt, ...file }: DataFile): z.infer<typeof dataFileReply> => ({
  ...file,
  added_at: addedAt,
});

/** A project as lists show it. */
export function cardBody(
  project: Project,
  activeRun: string | undefined,
): Omit<z.infer<typeof projectCardReply>, "rows"> {
  const { slug, name, description, revision, model, preset } = project;
  return {
    slug,
    name,
    description,
    revision,
    created_at: project.createdAt,
    updated_at: project.updatedAt,
    model,
    target_name: project.targetName,
    preset,
    data: project.data.map(dataFileBody),
    active_run: activeRun ?? null,
  };
}

/** A project with its stored sections and every value that counts. */
export function projectBody(
  project: Project,
  activeRun: string | undefined,
  effective: EffectiveSettings,
): ProjectReply {
  return {
    ...cardBody(project, activeRun),
    training_config: project.trainingConfig,
    lora_config: project.loraConfig,
    quantization_config: project.quantizationConfig,
    modelfile_config: project.modelfileConfig,
    effective,
  };
}
