import { common } from "./common.ts";
import { projects } from "./projects.ts";
import { shell } from "./shell.ts";

export const en = { common, projects, shell } as const;
