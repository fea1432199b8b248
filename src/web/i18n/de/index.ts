import type { en } from "../en/index.ts";
import type { SameKeys } from "../types.ts";
import { chat } from "./chat.ts";
import { common } from "./common.ts";
import { deploy } from "./deploy.ts";
import { drafts } from "./drafts.ts";
import { examples } from "./examples.ts";
import { findings } from "./findings.ts";
import { history } from "./history.ts";
import { model } from "./model.ts";
import { pages } from "./pages.ts";
import { passport } from "./passport.ts";
import { projects } from "./projects.ts";
import { queue } from "./queue.ts";
import { result } from "./result.ts";
import { run } from "./run.ts";
import { shell } from "./shell.ts";
import { sweeps } from "./sweeps.ts";
import { training } from "./training.ts";

export const de = {
  chat,
  common,
  deploy,
  drafts,
  examples,
  findings,
  history,
  model,
  pages,
  passport,
  projects,
  queue,
  result,
  run,
  shell,
  sweeps,
  training,
} satisfies SameKeys<typeof en>;
