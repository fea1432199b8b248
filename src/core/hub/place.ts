import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { AppError } from "#contract/errors.ts";

/** Where the hub is and where its files lie on this computer. */
export interface HubPlace {
  /** Such as https://huggingface.co, without a slash at its end. */
  readonly endpoint: string;
  readonly host: string;
  /** The folder of the shared cache. */
  readonly cache: string;
  /** The person forbade requests to the hub. */
  readonly offline: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

const publicHub = "https://huggingface.co";

/**
 * Read from the variables that huggingface_hub reads (huggingface_hub/constants.py), so that both
 * find the same files. Errors: hub_endpoint_invalid.
 */
export function hubPlace(env: Environment = process.env): HubPlace {
  const value = given(env["HF_ENDPOINT"]) ?? publicHub;
  const url = URL.parse(value);
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new AppError("hub_endpoint_invalid", { value });
  }
  const endpoint = value.replace(/\/+$/, "");
  return { endpoint, host: url.host, cache: hubCache(env), offline: isOffline(env) };
}

/** The folder of the shared cache. */
export function hubCache(env: Environment = process.env): string {
  const named = given(env["HF_HUB_CACHE"]) ?? given(env["HUGGINGFACE_HUB_CACHE"]);
  return named === undefined ? join(hubHome(env), "hub") : expanded(named);
}

/** The folder of everything that the hub's tools keep, the person's token among it. */
export function hubHome(env: Environment = process.env): string {
  const named = given(env["HF_HOME"]);
  if (named !== undefined) return expanded(named);
  return join(given(env["XDG_CACHE_HOME"]) ?? join(homedir(), ".cache"), "huggingface");
}

const given = (value: string | undefined): string | undefined =>
  value === undefined || value.trim() === "" ? undefined : value.trim();

export const isTrue = (value: string | undefined): boolean =>
  /^(1|on|yes|true)$/i.test(value?.trim() ?? "");

const isOffline = (env: Environment): boolean =>
  isTrue(env["HF_HUB_OFFLINE"]) || isTrue(env["TRANSFORMERS_OFFLINE"]);

const expanded = (path: string): string => resolve(path.replace(/^~(?=$|[\\/])/, () => homedir()));
