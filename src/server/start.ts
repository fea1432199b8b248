import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Server } from "node:http";
import { resolve } from "node:path";
import { createAdaptorServer } from "@hono/node-server";
import { openWorkspace } from "#core/api.ts";
import { createRowTables } from "#core/datasets/table/row-tables.ts";
import { keepGoing } from "#core/runs/recover.ts";
import { createApp } from "./app.ts";
import { createChatSessions } from "./chat/sessions.ts";
import type { ServerContext } from "./context.ts";
import { createHub } from "./events/hub.ts";
import { isLoopback } from "./http/access.ts";
import { createJobs } from "./jobs/jobs.ts";
import { listenNear } from "./listen.ts";
import { lockServer } from "./server-lock.ts";

export const defaultPort = 4770;

/** How often the server looks whether a run broke off; a look costs two listings of small folders. */
const passMs = 3000;

export interface StartServerOptions {
  home?: string;
  /** Where taken, the next free one; 0 = any. */
  port?: number;
  /** 127.0.0.1 where absent. With another than a loopback address, a token is demanded. */
  host?: string;
  /** The token; made where one is needed and none is given. */
  token?: string;
  /** More names that the server is asked under, such as that of a proxy. */
  hosts?: readonly string[];
  /** Origins of other pages that may ask, such as that of a development server. */
  origins?: readonly string[];
  /** The folder of the built page. */
  webRoot?: string;
  /** Where faults and notices go; stderr where absent. */
  log?: (text: string) => void;
}

export interface RunningServer {
  /** To be opened in a browser; with the token where one is demanded. */
  readonly url: string;
  readonly port: number;
  readonly token: string | undefined;
  /** Ends connections and the server's own jobs; runs go on. */
  close(): Promise<void>;
}

/**
 * Serves a workspace over HTTP.
 * Errors: workspace_read_only, workspace_locked (another server has it), EADDRNOTAVAIL and other
 * faults of the system for a host that is none of this machine's.
 */
export async function startServer(options: StartServerOptions = {}): Promise<RunningServer> {
  const { port: wanted = defaultPort, host = "127.0.0.1" } = options;
  const log = options.log ?? ((text: string) => void process.stderr.write(`${text}\n`));
  const workspace = await openWorkspace(options.home === undefined ? {} : { home: options.home });
  const lock = await lockServer(workspace);
  const loopback = isLoopback(host);
  const token = options.token ?? (loopback ? undefined : randomBytes(24).toString("base64url"));
  const closing = new AbortController();
  const hub = createHub(workspace, log);
  const jobs = createJobs((job) => hub.publish({ type: "job", job }), log);
  const chats = createChatSessions(workspace);
  const tables = createRowTables(workspace);
  const { hosts = [], origins = [] } = options;
  const context: ServerContext = {
    workspace,
    version: packageVersion(),
    access: { loopback, token, hosts, origins },
    webRoot: options.webRoot ?? resolve(import.meta.dirname, "../../dist/web"),
    hub,
    jobs,
    chats,
    tables,
    closing: closing.signal,
    log,
  };

  const server = createAdaptorServer({ fetch: createApp(context).fetch }) as Server;
  // Uploads of many gigabytes take their time; Node would cut them off after five minutes.
  server.requestTimeout = 0;
  let port: number;
  try {
    port = await listenNear(server, host, wanted);
  } catch (error) {
    await lock.release();
    throw error;
  }
  if (wanted !== 0 && port !== wanted) log(`Port ${wanted} is taken, so it is ${port}.`);
  const address = `http://${addressName(host)}:${port}/`;
  await lock.announce(address);
  // What waited or was under way when the machine went down goes on now; what breaks off, later.
  const pass = () =>
    void keepGoing(workspace).catch((error: unknown) => {
      log(`going on with the queue: ${String(error)}`);
    });
  pass();
  const passes = setInterval(pass, passMs);

  async function close(): Promise<void> {
    clearInterval(passes);
    closing.abort();
    hub.close();
    const closed = new Promise<void>((resolve) => {
      server.close(() => resolve());
    });
    server.closeAllConnections();
    await Promise.all([closed, jobs.close(), chats.close(), tables.close()]);
    await lock.release();
  }
  const url = token === undefined ? address : `${address}?token=${encodeURIComponent(token)}`;
  return { url, port, token, close };
}

/** The name to open: an address to listen on everywhere is none to go to. */
function addressName(host: string): string {
  if (host === "0.0.0.0" || host === "::") return "localhost";
  return host.includes(":") && !host.startsWith("[") ? `[${host}]` : host;
}

function packageVersion(): string {
  const file = new URL("../../package.json", import.meta.url);
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}
