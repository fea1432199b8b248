import type { Command } from "commander";
import { allOptions, toPort, type Joining } from "./options.ts";

/** `start` and `doctor`: they look after engine and workspace themselves. */
export function defineServing({ program, common, finish }: Joining): void {
  common(
    program
      .command("start")
      .description("serve the page; on an empty workspace do a practice run first")
      .option("--port <number>", "port of the page", toPort)
      .option("--host <address>", "address to listen on; beyond loopback it demands a token")
      .option("--open", "open the page in the browser, also where nobody seems to sit at a screen")
      .option("--no-open", "do not open the page in the browser")
      .option("--no-practice", "no practice run")
      .option("--demo", "do the practice run without serving, and exit with its result"),
  ).action(async (_options: unknown, self: Command) => {
    const { start } = await import("#cli/commands/start.ts");
    finish(await start(allOptions(self)));
  });
  common(
    program
      .command("doctor")
      .description("what this machine has, what it can train, and what is missing")
      .option("--repair", "install or mend the training engine"),
  ).action(async (_options: unknown, self: Command) => {
    const { doctor } = await import("#cli/commands/doctor.ts");
    finish(await doctor(allOptions(self)));
  });
}
