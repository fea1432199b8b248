import type { DraftService } from "#contract/drafts.ts";
import { readSecrets, updateSettings } from "../settings.ts";
import type { Workspace } from "../workspace.ts";

/** Variables in which people keep their keys already. */
const variables: Partial<Record<DraftService, string>> = {
  openai: "OPENAI_API_KEY",
  anthropic: "ANTHROPIC_API_KEY",
  mistral: "MISTRAL_API_KEY",
};

/**
 * The key for an address: the one that was stored for this very address, or the service's usual
 * variable where the address is the service's own. It is sent nowhere else.
 */
export async function keyFor(
  ws: Workspace,
  { service, address, own }: { service: DraftService; address: string; own: boolean },
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<string | undefined> {
  const { endpointKeys } = await readSecrets(ws);
  const stored = endpointKeys[address];
  if (stored !== undefined) return stored;
  const variable = variables[service];
  return own && variable !== undefined ? environment[variable] || undefined : undefined;
}

/** Stores a key in a file that only its owner can read; null forgets it. */
export async function storeKey(ws: Workspace, address: string, key: string | null): Promise<void> {
  await updateSettings(ws, { endpointKeys: { [address]: key } });
}
