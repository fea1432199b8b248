import { expect, test } from "vitest";
import { findProgram, mendingCommand } from "./mend.ts";

test.each([
  ["linux", ["apt-get"], "git", "sudo apt-get install git"],
  ["linux", ["dnf"], "python", "sudo dnf install python3.12"],
  ["linux", ["pacman"], "venv", "sudo pacman -S python-pip"],
  ["linux", ["zypper"], "git", "sudo zypper install git"],
  ["linux", [], "python", "sudo apt-get install python3 python3-venv"],
  ["darwin", ["brew"], "git", "brew install git"],
  ["darwin", [], "git", "xcode-select --install"],
  ["darwin", [], "python", "brew install python@3.13"],
  ["win32", [], "python", "winget install Python.Python.3.13"],
  ["win32", [], "git", "winget install Git.Git"],
] as const)("%s with %j lacks %s", (platform, managers: readonly string[], missing, command) => {
  const has = (manager: string): boolean => managers.includes(manager);
  expect(mendingCommand(missing, { platform, has })).toBe(command);
});

test("a program is found in PATH or not at all", () => {
  expect(findProgram("node", { PATH: process.env["PATH"] })).toContain("node");
  expect(findProgram("node", { PATH: "" })).toBeUndefined();
  expect(findProgram("node", {})).toBeUndefined();
});
