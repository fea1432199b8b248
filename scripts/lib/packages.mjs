// @ts-check
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

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

/** @param {string} root @param {string} nodeVersion */
export function stampPackages(root, nodeVersion) {
  /** @type {Stamp} */
  const stamp = { lock: lockHash(root), node: nodeVersion };
  writeFileSync(stampFile(root), JSON.stringify(stamp));
}
