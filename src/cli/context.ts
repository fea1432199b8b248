import type * as CoreModule from "#core/api.ts";
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
  return { terminal: openTerminal(json), core, workspace };
}
