import { createHash } from "node:crypto";
import { readFile, readdir } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { starterFolder } from "../../models/reference.ts";

/** A repository of the test hub. */
export interface TestRepo {
  files: Record<string, Buffer>;
  gated?: "auto" | "manual" | false;
  /** Shown in searches. */
  tags?: string[];
  config?: Record<string, unknown>;
  parameters?: number;
  license?: string;
  /** Of a dataset: names of Parquet files by subset and split. */
  parquet?: Record<string, Record<string, string[]>>;
}

/** What goes wrong with the bytes of a file, once or always. */
export interface Fault {
  /** Part of the path in the repository. */
  readonly path: string;
  readonly kind: "drop" | "wrong" | "status" | "stall" | "ignore-range";
  /** drop, stall: after so many bytes of the answer. */
  readonly after?: number;
  readonly status?: number;
  readonly headers?: Record<string, string>;
  /** How often it happens; always where absent. */
  times?: number;
}

export interface Seen {
  readonly origin: "hub" | "cdn";
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly range: string | undefined;
}

export interface TestHub {
  readonly url: string;
  readonly cdnUrl: string;
  readonly models: Map<string, TestRepo>;
  readonly datasets: Map<string, TestRepo>;
  readonly faults: Fault[];
  readonly seen: Seen[];
  /** Tokens that the hub knows, and the gated repositories that each may read. */
  readonly tokens: Map<string, string[]>;
  /** Bytes per answer of a file after which it pauses until `flow` is called again; 0 = none. */
  hold: number;
  /** Where the hub claims that Parquet files lie, in place of itself. */
  foreignParquet?: string;
  /** Lets held answers go on. */
  flow(): void;
  close(): Promise<void>;
}

export const starterId = "tunesmith/starter";

/** The commit that a repository is at: it changes with its files. */
export const commitOf = (repo: TestRepo): string =>
  createHash("sha1")
    .update(
      Object.entries(repo.files)
        .flatMap(([name, bytes]) => [name, sha256(bytes)])
        .join(" "),
    )
    .digest("hex");

/** The files of the starter, without what belongs to this repository alone. */
async function starterFiles(): Promise<Record<string, Buffer>> {
  const names = (await readdir(starterFolder)).filter((name) =>
    /\.(json|jinja|safetensors)$/.test(name),
  );
  const entries = names.map(
    async (name) => [name, await readFile(join(starterFolder, name))] as const,
  );
  return {
    ...Object.fromEntries(await Promise.all(entries)),
    LICENSE: Buffer.from("Apache-2.0\n"),
  };
}

/**
 * A hub on this machine that speaks what Tunesmith asks of the real one: API, large files behind a
 * redirect to a second origin, ranges, gated repositories, tokens, and faults on demand.
 */
export async function startHub(): Promise<TestHub> {
  const seen: Seen[] = [];
  const faults: Fault[] = [];
  const held = new Set<() => void>();
  const hub: Server = createServer((request, response) => {
    note("hub", request);
    answer(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  const cdn: Server = createServer((request, response) => {
    note("cdn", request);
    const [, hash = "", path = ""] = /^\/blob\/(\w+)\/([^?]+)/.exec(request.url ?? "") ?? [];
    const bytes = blobs().get(hash);
    if (!bytes) return refuse(response, 404, "EntryNotFound", "no such blob");
    void sendBytes(request, response, decodeURIComponent(path), bytes);
  });
  const url = await listen(hub);
  const cdnUrl = await listen(cdn);

  const self: TestHub = {
    url,
    cdnUrl,
    models: new Map([
      [
        starterId,
        {
          files: await starterFiles(),
          tags: ["safetensors", "text-generation", "llama"],
          config: { model_type: "llama", architectures: ["LlamaForCausalLM"] },
          parameters: 3_737_600,
          license: "apache-2.0",
        },
      ],
    ]),
    datasets: new Map(),
    faults,
    seen,
    tokens: new Map(),
    hold: 0,
    flow() {
      self.hold = 0;
      for (const go of held) go();
      held.clear();
    },
    async close() {
      self.flow();
      for (const server of [hub, cdn]) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    },
  };

  function note(
    origin: Seen["origin"],
    { method = "GET", url: path = "", headers }: IncomingMessage,
  ) {
    seen.push({ origin, method, path, authorization: headers.authorization, range: headers.range });
  }

  const blobs = () =>
    new Map(
      [...self.models.values(), ...self.datasets.values()]
        .flatMap(({ files }) => Object.values(files))
        .map((bytes) => [sha256(bytes), bytes]),
    );

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? "/", url);
    const bearer = request.headers.authorization?.replace(/^Bearer /, "");
    if (bearer !== undefined && !self.tokens.has(bearer)) {
      return refuse(response, 401, undefined, "Invalid credentials in Authorization header");
    }
    if (pathname === "/api/models") return sendJson(response, search(self.models, searchParams));
    const found = locate(pathname);
    if (!found) return refuse(response, bearer ? 404 : 401, "RepoNotFound", "Repository not found");
    const { repo, id, rest, type } = found;
    const mayRead = !repo.gated || (bearer !== undefined && self.tokens.get(bearer)?.includes(id));
    const refuseGated = () =>
      refuse(response, bearer ? 403 : 401, "GatedRepo", `Access to ${type} ${id} is restricted.`);
    const fault = takeFault(faults, rest.join("/"), ["status"]);
    if (fault) return refuse(response, fault.status ?? 500, undefined, "fault", fault.headers);
    const [verb, revision = ""] = rest;
    const commit = commitOf(repo);
    if (verb === "revision") {
      if (!["main", commit].includes(decodeURIComponent(revision))) {
        return refuse(response, 404, "RevisionNotFound", "Invalid rev id");
      }
      return sendJson(response, { _id: "x", id, sha: commit, gated: repo.gated ?? false });
    }
    if (verb === "tree") return sendTree(response, request, repo, searchParams);
    if (verb === "parquet" && !repo.parquet) return refuse(response, 404, "EntryNotFound", "none");
    if (verb === "parquet") return mayRead ? sendParquet(response, id, repo) : refuseGated();
    if (verb !== "resolve") return refuse(response, 404, undefined, "Not found");
    if (!mayRead) return refuseGated();
    const path = rest.slice(2).map(decodeURIComponent).join("/");
    const bytes = repo.files[path];
    if (!bytes) return refuse(response, 404, "EntryNotFound", "Entry not found");
    const headers = { "x-repo-commit": commit, "x-linked-size": String(bytes.length) };
    if (!isLarge(path)) {
      const linked = { ...headers, "x-linked-etag": `"${gitSha1(bytes)}"` };
      for (const [name, value] of Object.entries(linked)) response.setHeader(name, value);
      return sendBytes(request, response, path, bytes);
    }
    const location = `${cdnUrl}/blob/${sha256(bytes)}/${encodeURIComponent(path)}?Signature=secret`;
    response.writeHead(302, { ...headers, "x-linked-etag": `"${sha256(bytes)}"`, location });
    response.end();
  }

  function locate(pathname: string) {
    const parts = pathname.split("/").slice(1);
    const api = parts[0] === "api";
    if (api) parts.shift();
    const type = parts[0] === "datasets" ? "dataset" : "model";
    if (parts[0] === "datasets" || (api && parts[0] === "models")) parts.shift();
    const id = parts.slice(0, 2).join("/");
    const repo = (type === "model" ? self.models : self.datasets).get(id);
    return repo ? { repo, id, type, rest: parts.slice(2) } : undefined;
  }

  /** Two pages, so that following them is tested, too. */
  function sendTree(
    response: ServerResponse,
    request: IncomingMessage,
    repo: TestRepo,
    query: URLSearchParams,
  ): void {
    const all = Object.entries(repo.files).map(([path, bytes]) => ({
      type: "file",
      oid: gitSha1(bytes),
      size: bytes.length,
      path,
      ...(isLarge(path)
        ? { lfs: { oid: sha256(bytes), size: bytes.length, pointerSize: 130 } }
        : {}),
    }));
    const second = query.get("cursor") === "2";
    const half = Math.ceil(all.length / 2);
    if (!second) {
      response.setHeader("link", `<${url}${request.url}&cursor=2>; rel="next"`);
    }
    sendJson(
      response,
      second
        ? all.slice(half)
        : [
            { type: "directory", oid: "0".repeat(40), size: 0, path: "onnx" },
            ...all.slice(0, half),
          ],
    );
  }

  function sendParquet(response: ServerResponse, id: string, { parquet = {} }: TestRepo): void {
    const address = (name: string) =>
      self.foreignParquet
        ? `${self.foreignParquet}${name}`
        : `${url}/datasets/${id}/resolve/refs%2Fconvert%2Fparquet/${name}`;
    sendJson(
      response,
      Object.fromEntries(
        Object.entries(parquet).map(([config, splits]) => [
          config,
          Object.fromEntries(
            Object.entries(splits).map(([split, names]) => [split, names.map(address)]),
          ),
        ]),
      ),
    );
  }

  async function sendBytes(
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
    whole: Buffer,
  ): Promise<void> {
    const refused = takeFault(faults, path, ["status"]);
    if (refused)
      return refuse(response, refused.status ?? 500, undefined, "fault", refused.headers);
    const ignoresRange = takeFault(faults, path, ["ignore-range"]) !== undefined;
    const start = ignoresRange
      ? 0
      : Number(/^bytes=(\d+)-/.exec(request.headers.range ?? "")?.[1] ?? 0);
    if (start >= whole.length && start > 0) return refuse(response, 416, undefined, "range");
    const broken = takeFault(faults, path, ["drop", "wrong", "stall"]);
    let bytes = whole.subarray(start);
    if (broken?.kind === "wrong")
      bytes = Buffer.from(bytes.map((byte, index) => (index === 0 ? byte ^ 1 : byte)));
    response.writeHead(start > 0 ? 206 : 200, {
      "content-length": bytes.length,
      "accept-ranges": "bytes",
      ...(start > 0
        ? { "content-range": `bytes ${start}-${whole.length - 1}/${whole.length}` }
        : {}),
    });
    if (request.method === "HEAD") return void response.end();
    if (broken?.kind === "drop" || broken?.kind === "stall") {
      await new Promise((sent) => response.write(bytes.subarray(0, broken.after ?? 0), sent));
      if (broken.kind === "drop") response.destroy();
      return;
    }
    if (self.hold > 0 && bytes.length > self.hold) {
      response.write(bytes.subarray(0, self.hold));
      await new Promise<void>((go) => held.add(go));
      bytes = bytes.subarray(self.hold);
    }
    response.end(bytes);
  }

  return self;
}

function search(models: Map<string, TestRepo>, query: URLSearchParams): object[] {
  const wanted = query.get("search")?.toLowerCase() ?? "";
  const tags = query.getAll("filter");
  return [...models]
    .filter(
      ([id, { tags: own = [] }]) =>
        id.toLowerCase().includes(wanted) && tags.every((tag) => own.includes(tag)),
    )
    .slice(0, Number(query.get("limit") ?? 20))
    .map(([id, repo]) => ({
      _id: "x",
      id,
      gated: repo.gated ?? false,
      downloads: 12,
      tags: repo.tags ?? [],
      ...(repo.config ? { config: repo.config } : {}),
      ...(repo.parameters
        ? { safetensors: { parameters: { BF16: repo.parameters }, total: repo.parameters } }
        : {}),
      ...(repo.license ? { cardData: { license: repo.license } } : {}),
    }));
}

/** Takes the first fault that fits out of the list, where it happens only so often. */
function takeFault(faults: Fault[], path: string, kinds: Fault["kind"][]): Fault | undefined {
  const found = faults.find((fault) => path.includes(fault.path) && kinds.includes(fault.kind));
  if (found?.times !== undefined && --found.times === 0) faults.splice(faults.indexOf(found), 1);
  return found;
}

function refuse(
  response: ServerResponse,
  status: number,
  code: string | undefined,
  message: string,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, {
    ...(code ? { "x-error-code": code } : {}),
    "x-error-message": message,
    "content-type": "application/json",
    ...headers,
  });
  response.end(JSON.stringify({ error: message }));
}

function sendJson(response: ServerResponse, value: unknown): void {
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify(value));
}

const isLarge = (path: string): boolean => /\.(safetensors|parquet)$|^tokenizer\.json$/.test(path);

export const sha256 = (bytes: Uint8Array): string =>
  createHash("sha256").update(bytes).digest("hex");

const gitSha1 = (bytes: Uint8Array): string =>
  createHash("sha1").update(`blob ${bytes.length}\0`).update(bytes).digest("hex");

async function listen(server: Server): Promise<string> {
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
