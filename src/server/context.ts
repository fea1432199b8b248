import type { Workspace } from "#core/api.ts";
import type { RowTables } from "#core/datasets/table/row-tables.ts";
import type { ChatSessions } from "./chat/sessions.ts";
import type { Hub } from "./events/hub.ts";
import type { Access } from "./http/access.ts";
import type { Jobs } from "./jobs/jobs.ts";

/** What the routes work with. */
export interface ServerContext {
  readonly workspace: Workspace;
  readonly version: string;
  readonly access: Access;
  /** The folder of the built page. */
  readonly webRoot: string;
  readonly hub: Hub;
  readonly jobs: Jobs;
  readonly chats: ChatSessions;
  readonly tables: RowTables;
  /** Aborts when the server closes, so that endless replies end. */
  readonly closing: AbortSignal;
  readonly log: (text: string) => void;
}
