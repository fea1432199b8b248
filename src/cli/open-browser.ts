import { spawn } from "node:child_process";

type Environment = NodeJS.ProcessEnv;

/** The program that opens an address here, and its arguments before it; undefined where none can. */
export function browserCommand(
  platform: NodeJS.Platform,
  environment: Environment,
): [string, ...string[]] | undefined {
  const named = environment["BROWSER"];
  if (named) return [named];
  if (platform === "darwin") return ["open"];
  // Without a shell: the & of an address would end its command.
  if (platform === "win32") return ["rundll32", "url.dll,FileProtocolHandler"];
  return environment["DISPLAY"] || environment["WAYLAND_DISPLAY"] ? ["xdg-open"] : undefined;
}

/** Whether a person sits before this computer's screen, as far as can be told. */
export const isAtScreen = (live: boolean, environment: Environment): boolean =>
  live && !environment["CI"] && !environment["SSH_CONNECTION"];

/** Opens an address in the person's browser; where that does not work, the terminal has said it. */
export function openBrowser(url: string, environment: Environment = process.env): void {
  const command = browserCommand(process.platform, environment);
  if (!command) return;
  const [program, ...before] = command;
  const child = spawn(program, [...before, url], { detached: true, stdio: "ignore" });
  child.on("error", () => {});
  child.unref();
}
