// @ts-check
import { createHash } from "node:crypto";
import { lstatSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import path from "node:path";
import { SetupError } from "./say.mjs";

/** @typedef {{ lock: string, node: string }} Stamp the lock that was installed, and under which Node */

/** @param {string} root the clone */
const stampFile = (root) => path.join(root, "node_modules", ".tunesmith.json");

/** @param {string} root @returns {string} */
function lockHash(root) {
  const lock = readFileSync(path.join(root, "package-lock.json"));
  return createHash("sha256").update(lock).digest("hex");
}

/** @param {string} root @returns {Partial<Stamp>} */
function readStamp(root) {
  try {
    return JSON.parse(readFileSync(stampFile(root), "utf8"));
  } catch {
    return {};
  }
}

/**
 * Whether node_modules holds what package-lock.json asks for, installed under that Node.
 * `npm ci` begins by removing node_modules and the stamp with it, so an interrupted installation
 * counts as none.
 * @param {string} root
 * @param {string} nodeVersion
 */
export function arePackagesReady(root, nodeVersion) {
  const stamp = readStamp(root);
  return stamp.node === nodeVersion && stamp.lock === lockHash(root);
}

/**
 * `npm ci` empties node_modules, through a link too: a linked one is somebody else's, and only they
 * may install there. Throws a SetupError where it is one.
 * @param {string} root
 */
export function refuseLinkedPackages(root) {
  const folder = path.join(root, "node_modules");
  if (!lstatSync(folder, { throwIfNoEntry: false })?.isSymbolicLink()) return;
  throw new SetupError(
    `${folder} is a link and does not hold what package-lock.json asks for; installing would empty ` +
      `the folder that it leads to (${targetOf(folder)}). Start Tunesmith there, or remove the link, ` +
      "and start again.",
  );
}

/** @param {string} link */
function targetOf(link) {
  try {
    return realpathSync(link);
  } catch {
    return "which is gone";
  }
}

/** @param {string} root @param {string} nodeVersion */
export function stampPackages(root, nodeVersion) {
  /** @type {Stamp} */
  const stamp = { lock: lockHash(root), node: nodeVersion };
  writeFileSync(stampFile(root), JSON.stringify(stamp));
}
