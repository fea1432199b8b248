import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { type Suite, wholeCheck } from "./suite.ts";

const name = "scripts/test/chromium.ts";

/**
 * Finds a Chromium or Chrome, installs Debian's where that can be done without asking, and names it
 * to the tests of the page. Where none can be had they are skipped, and the reason is told; in
 * continuous integration that is a failure.
 */
export const chromium: Suite = {
  name: "chromium",
  limitMinutes: 10,
  run({ env }) {
    const found = findChromium(env) ?? installChromium(env);
    if (found !== undefined) {
      console.log(`Chromium: ${found}`);
      env["TUNESMITH_CHROMIUM"] = found;
      return Promise.resolve(wholeCheck(name, true));
    }
    const reason = "no Chromium found: install it, or name one in TUNESMITH_CHROMIUM";
    env["TUNESMITH_NO_CHROMIUM"] = reason;
    if (env["CI"]) {
      console.error(reason);
      return Promise.resolve(wholeCheck(name, false));
    }
    return Promise.resolve({ passed: 0, failed: [], skipped: [{ name, reason }] });
  },
};

const commands = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

export function findChromium(env: NodeJS.ProcessEnv): string | undefined {
  const named = env["TUNESMITH_CHROMIUM"];
  if (named !== undefined) return existsSync(named) ? named : undefined;
  const folders = (env["PATH"] ?? "").split(path.delimiter);
  const inPath = folders.flatMap((folder) => commands.map((command) => path.join(folder, command)));
  return [...(process.platform === "win32" ? [] : inPath), ...usualPlaces(env)].find((file) =>
    existsSync(file),
  );
}

function usualPlaces(env: NodeJS.ProcessEnv): string[] {
  if (process.platform === "darwin")
    return ["Google Chrome", "Chromium"].map(
      (app) => `/Applications/${app}.app/Contents/MacOS/${app}`,
    );
  if (process.platform !== "win32") return ["/usr/bin/chromium"];
  return ["ProgramFiles", "ProgramFiles(x86)", "LOCALAPPDATA"].flatMap((variable) => {
    const folder = env[variable];
    return folder ? [path.join(folder, "Google", "Chrome", "Application", "chrome.exe")] : [];
  });
}

/** Only where no question would be asked: root on a Debian. */
function installChromium(env: NodeJS.ProcessEnv): string | undefined {
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) return undefined;
  console.log("Installing Debian's chromium …");
  const options = {
    env: { ...env, DEBIAN_FRONTEND: "noninteractive" },
    stdio: "inherit" as const,
  };
  const install = () =>
    execFileSync("apt-get", ["install", "-y", "--no-install-recommends", "chromium"], options);
  try {
    install();
  } catch {
    try {
      // A machine that never read the lists of packages knows no chromium.
      execFileSync("apt-get", ["update"], options);
      install();
    } catch (error) {
      console.error(error instanceof Error ? error.message : error);
    }
  }
  return findChromium(env);
}
