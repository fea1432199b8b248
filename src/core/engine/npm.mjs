// Plain JavaScript without dependencies: the set-up scripts load it under Node 18 as well.
// @ts-check
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import path from "node:path";

/** Where installers of Node put npm, as seen from a folder of PATH. */
const places = [
  "npm",
  path.join("node_modules", "npm", "bin", "npm-cli.js"),
  path.join("..", "lib", "node_modules", "npm", "bin", "npm-cli.js"),
];

/**
 * The script that is npm, so that it can be run under a Node of our choice: npm under an old Node
 * refuses packages or resolves old versions of them.
 * @param {NodeJS.ProcessEnv} [env]
 * @param {string} [node] binary beside which npm is looked for last
 * @returns {string | undefined}
 */
export function findNpmCli(env = process.env, node = process.execPath) {
  const started = env["npm_execpath"];
  if (started && path.basename(started) === "npm-cli.js" && existsSync(started)) return started;
  const folders = (env["PATH"] ?? env["Path"] ?? "").split(path.delimiter).filter(Boolean);
  for (const folder of [...folders, path.dirname(node)]) {
    for (const place of places) {
      const script = resolveLink(path.join(folder, place));
      // A shim (volta, asdf) resolves to itself, not to npm.
      if (script && path.basename(script) === "npm-cli.js") return script;
    }
  }
  return undefined;
}

/** @param {string} file */
function resolveLink(file) {
  try {
    return realpathSync(file);
  } catch {
    return undefined;
  }
}

/**
 * The environment for npm under `node`: that Node first in PATH, and without what an outer
 * `npm start` has set for its own project.
 * @param {string} node
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {NodeJS.ProcessEnv}
 */
export function npmEnvironment(node, env = process.env) {
  /** @type {NodeJS.ProcessEnv} */
  const result = {};
  const outer = /^npm_(lifecycle|package|command|config_(local_)?prefix$|execpath|node_execpath)/;
  for (const [key, value] of Object.entries(env)) if (!outer.test(key)) result[key] = value;
  const key = Object.keys(result).find((name) => name.toUpperCase() === "PATH") ?? "PATH";
  result[key] = [path.dirname(node), result[key]].filter(Boolean).join(path.delimiter);
  return result;
}

/**
 * @typedef {{ code: string, summary: string }} NpmFailure npm's own error code and sentence
 * @typedef {object} Npm
 * @property {string} node binary to run npm under
 * @property {string} npmCli
 * @property {NodeJS.ProcessEnv} [env]
 * @property {AbortSignal | undefined} [signal]
 */

/**
 * Runs `npm ci` in a folder. Install scripts never run: nothing here needs one.
 * @param {Npm} npm
 * @param {string} folder
 * @param {string[]} [args]
 * @returns {Promise<NpmFailure | undefined>} undefined when it worked
 */
export function npmCi(npm, folder, args = []) {
  // npm's waits between tries add up to more than a minute; a machine without network waits less.
  const waits = ["--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=5000"];
  const quiet = ["--json", "--loglevel=silent", "--no-audit", "--no-fund", "--no-update-notifier"];
  const command = [npm.npmCli, "ci", "--ignore-scripts", ...waits, ...quiet, ...args];
  return new Promise((resolve) => {
    const child = spawn(npm.node, command, {
      cwd: folder,
      env: npmEnvironment(npm.node, npm.env),
      stdio: ["ignore", "pipe", "pipe"],
      windowsHide: true,
      ...(npm.signal ? { signal: npm.signal } : {}),
    });
    let out = "";
    let errors = "";
    child.stdout.on("data", (chunk) => (out += chunk));
    child.stderr.on("data", (chunk) => (errors += chunk));
    child.on("error", (error) => resolve({ code: error.name, summary: error.message }));
    child.on("close", (status) => {
      resolve(status === 0 ? undefined : npmFailure(out, errors, status));
    });
  });
}

/**
 * @param {string} out what `npm --json` printed
 * @param {string} errors
 * @param {number | null} status
 * @returns {NpmFailure}
 */
export function npmFailure(out, errors, status) {
  try {
    const { code, summary } = JSON.parse(out.slice(out.indexOf("{"))).error;
    return { code: String(code ?? "unknown"), summary: String(summary) };
  } catch {
    const last = `${out}\n${errors}`.trim().split("\n").at(-1);
    return { code: "unknown", summary: last || `npm ended with status ${status}` };
  }
}

/** npm's codes that mean: nobody answered. @param {string} code */
export function isNetworkFailure(code) {
  return /^(E?CONN|ENOTFOUND|EAI_|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET|EPIPE|FETCH|E50\d|EPROTO)/.test(
    code,
  );
}

/**
 * @typedef {{ version: string, integrity?: string, os?: string[], cpu?: string[] }} LockedPackage
 * @typedef {{ packages: Record<string, LockedPackage & { dependencies?: Record<string, string> }> }} PackageLock
 */

/**
 * Installs exactly `names` from a package-lock.json into `folder`, each checked against the hash
 * in the lock, without what those packages would pull in. Their platform-specific kin come to
 * several hundred megabytes that nothing here uses.
 * @param {Npm} npm
 * @param {string} lockFile
 * @param {string[]} names
 * @param {string} folder
 * @returns {Promise<NpmFailure | undefined>}
 */
export function installLocked(npm, lockFile, names, folder) {
  /** @type {PackageLock} */
  const lock = JSON.parse(readFileSync(lockFile, "utf8"));
  /** @type {Record<string, string>} */
  const dependencies = {};
  /** @type {Record<string, unknown>} */
  const packages = {};
  for (const name of names) {
    const place = `node_modules/${name}`;
    const locked = lock.packages[place];
    if (!locked) throw new Error(`${name} is not in ${lockFile}`);
    dependencies[name] = locked.version;
    packages[place] = {
      version: locked.version,
      ...(locked.integrity ? { integrity: locked.integrity } : {}),
    };
  }
  const root = { name: "tunesmith-engine", version: "0.0.0", dependencies };
  mkdirSync(folder, { recursive: true });
  const write = (/** @type {string} */ name, /** @type {unknown} */ content) =>
    writeFileSync(path.join(folder, name), JSON.stringify(content, null, 2));
  write("package.json", { ...root, private: true });
  write("package-lock.json", {
    ...root,
    lockfileVersion: 3,
    requires: true,
    packages: { "": root, ...packages },
  });
  return npmCi(npm, folder);
}
