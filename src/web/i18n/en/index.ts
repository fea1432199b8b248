import { common } from "./common.ts";
import { projects } from "./projects.ts";
import { run } from "./run.ts";
import { shell } from "./shell.ts";
import { training } from "./training.ts";

export const en = { common, projects, run, shell, training } as const;
