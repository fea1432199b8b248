import type { en } from "../en/index.ts";
import type { SameKeys } from "../types.ts";
import { common } from "./common.ts";
import { projects } from "./projects.ts";
import { shell } from "./shell.ts";

export const de = { common, projects, shell } satisfies SameKeys<typeof en>;
