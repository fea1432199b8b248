import { homedir } from "node:os";
import { join, resolve } from "node:path";

/** The folder that holds everything of a user: $TUNESMITH_HOME, else ~/.tunesmith; absolute. */
export function tunesmithHome(env: NodeJS.ProcessEnv = process.env): string {
  return resolve(env["TUNESMITH_HOME"] || join(homedir(), ".tunesmith"));
}
