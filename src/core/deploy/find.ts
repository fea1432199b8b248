import { AppError } from "#contract/errors.ts";
import { askJson } from "./http.ts";
import { ollamaHostAddress } from "./host.ts";

/** The first Ollama that renders the chat template inside a GGUF; older ones use one of their own. */
export const oldestOllama = "0.30.11";

export type AddressSource = "setting" | "OLLAMA_HOST" | "default";

/** An Ollama that answered. `address` has no trailing slash. */
export interface Ollama {
  readonly address: string;
  readonly source: AddressSource;
  readonly version: string;
}

export interface FindOptions {
  /** The address from the settings, in any form that OLLAMA_HOST may have; empty counts as unset. */
  readonly setting?: string | null | undefined;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number;
}

/** Where Ollama is looked for: the setting, else OLLAMA_HOST, else this machine's port 11434. */
export function ollamaAddress(options: FindOptions = {}): {
  address: string;
  source: AddressSource;
} {
  const environment = options.environment ?? process.env;
  const setting = options.setting?.trim();
  const variable = environment["OLLAMA_HOST"]?.trim();
  const [value, source]: [string, AddressSource] = setting
    ? [setting, "setting"]
    : variable
      ? [variable, "OLLAMA_HOST"]
      : ["", "default"];
  const address = ollamaHostAddress(value);
  if (!/^https?:/.test(address) || !URL.canParse(address)) {
    throw new AppError("ollama_address_invalid", { value, source });
  }
  return { address, source };
}

/**
 * The Ollama that answers at that address, whatever its version.
 * Errors: ollama_address_invalid, ollama_not_running, ollama_not_ollama, ollama_timeout.
 */
export async function findOllama(options: FindOptions = {}): Promise<Ollama> {
  const { address, source } = ollamaAddress(options);
  const reply = await askJson<{ version?: unknown }>(address, {
    path: "/api/version",
    signal: options.signal,
    idleMs: options.timeoutMs ?? 5000,
  }).catch((error: unknown) => {
    if (error instanceof AppError && error.code === "ollama_refused") {
      const detail = `status ${error.params["status"]}`;
      throw new AppError("ollama_not_ollama", { address, detail });
    }
    throw error;
  });
  if (typeof reply?.version !== "string") {
    throw new AppError("ollama_not_ollama", { address, detail: JSON.stringify(reply) });
  }
  return { address, source, version: reply.version };
}

/** Refuses an Ollama that would ignore the GGUF's own template. Error: ollama_too_old. */
export function requireTemplates(ollama: Ollama): void {
  if (rendersTemplates(ollama.version)) return;
  throw new AppError("ollama_too_old", {
    version: ollama.version,
    address: ollama.address,
    minimum: oldestOllama,
  });
}

/** Whether this version of Ollama uses the template that is in a GGUF. */
export function rendersTemplates(version: string): boolean {
  return compareVersions(version, oldestOllama) >= 0;
}

/** Negative, zero or positive as in sorting; a pre-release comes before its release (semver.org, 11). */
export function compareVersions(left: string, right: string): number {
  const [a, b] = [versionParts(left), versionParts(right)];
  for (const index of [0, 1, 2]) {
    const difference = (a.numbers[index] ?? 0) - (b.numbers[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return Number(b.prerelease) - Number(a.prerelease);
}

function versionParts(version: string): { numbers: number[]; prerelease: boolean } {
  const [core = "", ...rest] = version.replace(/^v/, "").split("+")[0]?.split("-") ?? [];
  return { numbers: core.split(".").map((part) => Number(part) || 0), prerelease: rest.length > 0 };
}
