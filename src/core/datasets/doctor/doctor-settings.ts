import type { Project } from "#contract/project.ts";
import { effectiveSettings } from "../../resolve/effective.ts";
import { inspectIfPossible } from "../../models/inspect.ts";
import type { Workspace } from "../../workspace.ts";
import type { DoctorSettings } from "./row-findings.ts";

/** What of a project's settings decides whether a row is at fault. */
export async function doctorSettings(ws: Workspace, project: Project): Promise<DoctorSettings> {
  const known = await inspectIfPossible(ws, project.model);
  const settings = await effectiveSettings(ws, project, undefined, known);
  const tokens = known?.template.stopTokens ?? [];
  const stop = settings.modelfile_config["stop"];
  // The template's own stop tokens are among them; as control tokens they are a finding already.
  const texts = Array.isArray(stop)
    ? stop.map(String).filter((text) => !tokens.includes(text))
    : [];
  const tools = known?.template.tools;
  return { stop: texts, tokens, ...(tools && { tools: { ...tools, model: project.model } }) };
}
