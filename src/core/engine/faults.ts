import { AppError } from "#contract/errors.ts";
import { freeBytes, gigabytes, neededBytes } from "./disk.ts";
import { isNetworkFailure, type NpmFailure } from "./npm.mjs";

const noNetwork =
  /error sending request|dns error|tcp connect error|connection (refused|reset|timed out)|failed to establish a new connection|name resolution|network is unreachable|could not (connect|resolve)|timed out|tunnel error/i;
const noDisk = /no space left|os error (28|112)\b|ENOSPC|not enough space/i;

/** What failed and where its output lies. */
export interface Fault {
  /** For people, such as "PyTorch and its companions". */
  what: string;
  folder: string;
  log: string;
}

/** What a tool printed before it failed, as the error that tells its user what to do. */
export async function toolFault(lines: string[], fault: Fault): Promise<AppError> {
  const text = lines.join("\n");
  if (noDisk.test(text)) return noDiskError(fault.folder);
  if (noNetwork.test(text))
    return new AppError("engine_no_network", {
      what: fault.what,
      detail: networkReason(lines),
    });
  return new AppError("engine_install_failed", {
    what: fault.what,
    detail: reason(lines, /error|cause|fatal|failed/i),
    log: fault.log,
  });
}

/** npm says by a code what went wrong. */
export async function npmFault({ code, summary }: NpmFailure, fault: Fault): Promise<AppError> {
  if (code === "ENOSPC") return noDiskError(fault.folder);
  if (isNetworkFailure(code))
    return new AppError("engine_no_network", { what: fault.what, detail: code });
  return new AppError("engine_install_failed", {
    what: fault.what,
    detail: `${summary} (${code})`,
    log: fault.log,
  });
}

async function noDiskError(folder: string): Promise<AppError> {
  const free = gigabytes(await freeBytes(folder));
  return new AppError("engine_no_disk", { folder, needed: gigabytes(neededBytes()), free });
}

/** The library's own words for what it met, out of the middle of a long line. */
function networkReason(lines: string[]): string {
  const line = lines.findLast((candidate) => noNetwork.test(candidate)) ?? "";
  const from = line.slice(noNetwork.exec(line)?.index ?? 0);
  return (
    from
      .split(/['"()]/)[0]
      ?.trim()
      .slice(0, 120) ?? ""
  );
}

/** The last telling line, short enough for a sentence. */
function reason(lines: string[], telling: RegExp): string {
  const line =
    lines.findLast((candidate) => telling.test(candidate)) ?? lines.at(-1) ?? "no output";
  return line.trim().slice(0, 300);
}
