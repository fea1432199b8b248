import type * as CoreModule from "#core/api.ts";
import { toErrorBody, type Language } from "#contract/errors.ts";
import { chooseLanguage } from "./language.ts";
import { openTerminal, type Terminal } from "./terminal.ts";

export type Core = typeof CoreModule;
export type Workspace = Awaited<ReturnType<Core["openWorkspace"]>>;

/** What every command gets: where it writes, what the product does, and the workspace. */
export interface Context {
  readonly terminal: Terminal;
  readonly core: Core;
  readonly workspace: Workspace;
}

/** Options that every command takes. */
export interface CommonOptions {
  json?: boolean;
  home?: string;
}

/** Loads core only now, so that `--help` and `--version` need not wait for it. */
export async function openContext({ json = false, home }: CommonOptions): Promise<Context> {
  const core = await import("#core/api.ts");
  const workspace = await core.openWorkspace(home === undefined ? {} : { home });
  chooseLanguage(await settingsLanguage(workspace));
  return { terminal: openTerminal(json), core, workspace };
}

/** Settings that cannot be read must not keep every command from working; they are only told. */
async function settingsLanguage(workspace: Workspace): Promise<Language | undefined> {
  const { readSettings } = await import("#core/settings.ts");
  try {
    return (await readSettings(workspace)).language ?? undefined;
  } catch (error) {
    process.stderr.write(`${toErrorBody(error).message}\n`);
    return undefined;
  }
}
