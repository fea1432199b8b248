import { once } from "node:events";
import { flushCompileCache } from "node:module";
import { AppError } from "#contract/errors.ts";
import { errorCode } from "#core/files/error-code.ts";
import { openContext, type CommonOptions, type Context } from "#cli/context.ts";
import { hasEngine, installEngineVisibly } from "#cli/engine-install.ts";
import { exitCodes } from "#cli/exit-codes.ts";
import { isAtScreen, openBrowser } from "#cli/open-browser.ts";
import { isEmptyWorkspace, practise } from "#cli/practice.ts";
import { reportError } from "#cli/report-error.ts";

export interface StartOptions extends CommonOptions {
  port?: number;
  host?: string;
  practice?: boolean;
  demo?: boolean;
  /** Where absent: as it seems fit. */
  open?: boolean;
}

/**
 * `tunesmith start`: serves until Ctrl-C. On an empty workspace it trains the bundled example
 * first, while it serves. With `demo` it does only that, on any workspace, without serving.
 */
export async function start(options: StartOptions): Promise<number> {
  const context = await openContext(options);
  const { terminal, workspace } = context;
  const ready = await hasEngine(workspace);
  if (!ready && !(await installEngineVisibly(terminal, workspace.home))) return exitCodes.cancelled;
  if (options.demo) return practise(context);

  const { provideBuiltPage } = await import("#server/built-page.ts");
  const webRoot = await provideBuiltPage(() => terminal.say("Building the page …"));
  const { startServer } = await import("#server/start.ts");
  const server = await startServer({
    home: workspace.home,
    webRoot,
    ...(options.port !== undefined && { port: options.port }),
    ...(options.host !== undefined && { host: options.host }),
  }).catch((error: unknown) => {
    throw explainHost(error, options.host);
  });
  // Now rather than at the end, which may come by a window that is closed.
  flushCompileCache();
  const stop = stopSignal();
  terminal.data({ type: "serving", url: server.url });
  terminal.say(
    `Tunesmith is open at ${terminal.style("bold", server.url)} (Ctrl-C closes it; runs go on)`,
  );
  try {
    const opens = options.open ?? isAtScreen(terminal.live, process.env);
    const open = (url: string) => void (opens && openBrowser(url));
    const practising = options.practice !== false && (await isEmptyWorkspace(context));
    if (!practising) open(server.url);
    const code = practising
      ? await practiseBesideServer(context, { url: server.url, signal: stop, open })
      : exitCodes.ok;
    if (code !== exitCodes.detached && !stop.aborted) await once(stop, "abort");
  } finally {
    await server.close();
  }
  terminal.say("Closed.");
  return exitCodes.ok;
}

/** A practice run that fails is told and leaves the server serving. */
async function practiseBesideServer(
  context: Context,
  server: { url: string; signal: AbortSignal; open: (url: string) => void },
): Promise<number> {
  const { terminal } = context;
  const { url, signal } = server;
  let page: string | undefined;
  terminal.say();
  terminal.say("Practice run: a tiny model learns 40 rows about invented lighthouses.");
  let code: number = exitCodes.internal;
  try {
    code = await practise(context, {
      signal,
      onStart: (run) => {
        page = runPage(url, run);
        terminal.say(`Watch it at ${terminal.style("bold", page)}`);
        terminal.say();
        server.open(page);
      },
    });
  } catch (error) {
    code = reportError(error, terminal);
  }
  if (page === undefined && !signal.aborted) server.open(url);
  if (code !== exitCodes.detached) {
    terminal.say();
    terminal.say(`Tunesmith stays open at ${url} (Ctrl-C closes it).`);
  }
  return code;
}

/** The address of a run; a token in the server's stays in it. */
function runPage(server: string, { slug, id }: { slug: string; id: string }): string {
  const url = new URL(server);
  url.pathname = `/projects/${slug}/runs/${id}`;
  return url.href;
}

/** Aborts at Ctrl-C, or when the system asks the process to end. */
function stopSignal(): AbortSignal {
  const stop = new AbortController();
  const abort = () => stop.abort();
  process.on("SIGINT", abort).on("SIGTERM", abort);
  return stop.signal;
}

/** A host that is none of this machine's addresses is the person's mistake, not a fault. */
function explainHost(error: unknown, host: string | undefined): unknown {
  if (!["EADDRNOTAVAIL", "ENOTFOUND", "EAI_AGAIN"].includes(errorCode(error) ?? "")) return error;
  const detail = `“${host ?? ""}” is no address of this computer`;
  return new AppError("bad_request", { detail }, { cause: error });
}
