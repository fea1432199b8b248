import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/** What a machine may lack for an installation. */
export type Missing = "python" | "venv" | "git";

const commands: Record<string, Record<Missing, string>> = {
  "apt-get": {
    python: "sudo apt-get install python3 python3-venv",
    venv: "sudo apt-get install python3-venv",
    git: "sudo apt-get install git",
  },
  dnf: {
    python: "sudo dnf install python3.12",
    venv: "sudo dnf install python3-pip",
    git: "sudo dnf install git",
  },
  zypper: {
    python: "sudo zypper install python312",
    venv: "sudo zypper install python312-pip",
    git: "sudo zypper install git",
  },
  pacman: {
    python: "sudo pacman -S python",
    venv: "sudo pacman -S python-pip",
    git: "sudo pacman -S git",
  },
  brew: {
    python: "brew install python@3.13",
    venv: "brew reinstall python@3.13",
    git: "brew install git",
  },
  winget: {
    python: "winget install Python.Python.3.13",
    venv: "winget install Python.Python.3.13",
    git: "winget install Git.Git",
  },
};

/** Finds a program in PATH without running it. */
export function findProgram(
  name: string,
  env: NodeJS.ProcessEnv = process.env,
): string | undefined {
  const folders = (env["PATH"] ?? env["Path"] ?? "").split(delimiter).filter(Boolean);
  const names = process.platform === "win32" ? [`${name}.exe`, `${name}.cmd`] : [name];
  return folders.flatMap((folder) => names.map((file) => join(folder, file))).find(existsSync);
}

/** The command that brings what is missing, in the words of this machine's package manager. */
export function mendingCommand(
  missing: Missing,
  {
    platform = process.platform,
    has = (manager: string) => systemHas(manager),
  }: { platform?: NodeJS.Platform; has?: (manager: string) => boolean } = {},
): string {
  if (platform === "win32") return commandOf("winget", missing);
  if (platform === "darwin") {
    if (missing === "git" && !has("brew")) return "xcode-select --install";
    return commandOf("brew", missing);
  }
  return commandOf(["apt-get", "dnf", "zypper", "pacman"].find(has) ?? "apt-get", missing);
}

/** Looks past PATH, too: a PATH too short may be the very reason why something is missing. */
function systemHas(manager: string): boolean {
  return [process.env["PATH"] ?? "", "/usr/bin", "/usr/local/bin", "/opt/homebrew/bin"].some(
    (PATH) => findProgram(manager, { PATH }) !== undefined,
  );
}

function commandOf(manager: string, missing: Missing): string {
  const command = commands[manager]?.[missing];
  if (!command) throw new Error(`no command for ${missing} with ${manager}`);
  return command;
}
