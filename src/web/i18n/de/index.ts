import type { en } from "../en/index.ts";
import type { SameKeys } from "../types.ts";
import { common } from "./common.ts";
import { shell } from "./shell.ts";

export const de = { common, shell } satisfies SameKeys<typeof en>;
