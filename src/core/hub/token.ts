import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { readSecrets } from "../settings.ts";
import type { Workspace } from "../workspace.ts";
import { hubHome, isTrue } from "./place.ts";

/** Where an access token was found; said instead of the token, which is never shown. */
export type TokenSource = "settings" | "HF_TOKEN" | "token file";

export interface HubToken {
  readonly value: string;
  readonly source: TokenSource;
}

/**
 * The person's access token: what was set here, else HF_TOKEN, else what `hf auth login` left.
 * Errors: those of readSecrets.
 */
export async function hubToken(
  ws: Workspace,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<HubToken | undefined> {
  const own = cleaned((await readSecrets(ws)).huggingFaceToken);
  if (own) return { value: own, source: "settings" };
  if (isTrue(env["HF_HUB_DISABLE_IMPLICIT_TOKEN"])) return undefined;
  const named = cleaned(env["HF_TOKEN"]) ?? cleaned(env["HUGGING_FACE_HUB_TOKEN"]);
  if (named) return { value: named, source: "HF_TOKEN" };
  const path = env["HF_TOKEN_PATH"] ?? join(hubHome(env), "token");
  const stored = cleaned(await readFile(path, "utf8").catch(() => undefined));
  return stored ? { value: stored, source: "token file" } : undefined;
}

/** Line breaks come with copying, and no header may hold one. */
function cleaned(value: string | null | undefined): string | undefined {
  const text = value?.replaceAll(/[\r\n]/g, "").trim();
  return text ? text : undefined;
}
