import { extname } from "node:path";
import type { Project } from "#contract/project.ts";
import { plainName } from "../files/names.ts";

/** The first of data-2.jsonl, data-3.jsonl … that no file of the project has. */
export function freeName(project: Project, name: string): string {
  const extension = extname(name);
  const stem = name.slice(0, name.length - extension.length);
  const taken = new Set(project.data.map((file) => file.name));
  let number = 2;
  while (taken.has(`${stem}-${number}${extension}`)) number += 1;
  return plainName(`${stem}-${number}${extension}`);
}
