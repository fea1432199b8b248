// @ts-check
import { isNetworkFailure } from "../../src/core/engine/npm.mjs";
import { fileSetupError, SetupError } from "./say.mjs";

/**
 * npm's failure as one sentence with what mends it.
 * @param {string} what
 * @param {import("../../src/core/engine/npm.mjs").NpmFailure} failure
 * @param {string} folder where it was to go
 */
export function npmSetupError(what, { code, summary }, folder) {
  if (isNetworkFailure(code))
    return new SetupError(
      `${what} could not be downloaded (${code}): connect this machine to the internet, ` +
        "or set HTTPS_PROXY where it goes through a proxy, and start again.",
    );
  if (code === "EINTEGRITY")
    return new SetupError(
      `What came for ${what} is not what was locked (${summary}): ` +
        "run `npm cache clean --force`, and start again.",
    );
  return (
    fileSetupError(code, folder) ??
    new SetupError(`Installing ${what} failed: ${summary} (${code}). Start again to repeat it.`)
  );
}
