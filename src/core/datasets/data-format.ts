import type { DataFormat } from "#contract/data-format.ts";
import { readProject } from "../projects/projects.ts";
import type { Workspace } from "../workspace.ts";
import { explainMissing } from "./check.ts";
import { dataFilePath } from "./data-files.ts";
import { detectFormat } from "./formats/detect.ts";

/** How a data file is read, and why. Errors: not_found, data_*. */
export async function readDataFormat(
  ws: Workspace,
  slug: string,
  name: string,
): Promise<DataFormat> {
  const path = await dataFilePath(ws, slug, name);
  const { data } = await readProject(ws, slug);
  const mapping = data.find((file) => file.name === name)?.mapping;
  try {
    return (await detectFormat(path, { name, ...(mapping && { mapping }) })).format;
  } catch (error) {
    throw explainMissing(error);
  }
}
