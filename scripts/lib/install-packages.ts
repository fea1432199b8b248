/**
 * Installs the packages of package-lock.json; a process of its own under the Node that will use
 * them, which has the lock that the set-up's older Node lacks.
 *
 *   node scripts/lib/install-packages.ts
 */
import path from "node:path";
import { withInstallLock } from "../../src/core/engine/install-lock.ts";
import { findNpmCli, npmCi } from "../../src/core/engine/npm.mjs";
import { npmSetupError } from "./npm-setup-error.mjs";
import { arePackagesReady, refuseLinkedPackages, stampPackages } from "./packages.mjs";
import { reportSetupError, say, SetupError, timed } from "./say.mjs";

const root = path.join(import.meta.dirname, "..", "..");
const nodeVersion = process.versions.node;

async function installPackages(): Promise<void> {
  // Another start of the same clone may have done it while this one waited for the lock.
  if (arePackagesReady(root, nodeVersion)) return;
  refuseLinkedPackages(root);
  const npmCli = findNpmCli();
  if (!npmCli)
    throw new SetupError("npm was not found: install it, it comes with Node, and start again.");
  const folder = path.join(root, "node_modules");
  await timed("Installing the packages of package-lock.json", folder, async () => {
    const failure = await npmCi({ node: process.execPath, npmCli }, root, ["--include=dev"]);
    if (failure) throw npmSetupError("Tunesmith's packages", failure, root);
    stampPackages(root, nodeVersion);
  });
}

try {
  await withInstallLock(path.join(root, ".tools", "packages.lock"), installPackages, {
    onWait: () => say("Another start is installing the packages; waiting for it …"),
  });
} catch (error) {
  reportSetupError(error, root);
}
