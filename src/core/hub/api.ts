import { z } from "zod";
import { AppError } from "#contract/errors.ts";
import { askHub, type HubConnection, type HubReply } from "./request.ts";
import type { Asked } from "./refusal.ts";
import { apiPath, type Repo } from "./repo.ts";

/** A file of a repository at one commit. */
export interface RemoteFile {
  /** Its path in the repository, with slashes. */
  readonly path: string;
  readonly bytes: number;
  /** The hub's name for its content: SHA-256 of files in large storage, git's SHA-1 of the others. */
  readonly hash: string;
  readonly algorithm: "sha256" | "git-sha1";
}

const commit = z.string().regex(/^[0-9a-f]{40}$/);
const infoSchema = z.object({ sha: commit });
const treeSchema = z.array(
  z.object({
    type: z.string(),
    path: z.string(),
    size: z.number().int().nonnegative(),
    oid: z.string().regex(/^[0-9a-f]{40}$/),
    lfs: z
      .object({ oid: z.string().regex(/^[0-9a-f]{64}$/), size: z.number().int().nonnegative() })
      .optional(),
  }),
);

interface Options {
  signal?: AbortSignal;
}

/** The commit that `revision` (a branch, a tag or a commit) stands for. Errors: hub_*. */
export async function readCommit(
  connection: HubConnection,
  repo: Repo,
  revision: string,
  options: Options = {},
): Promise<string> {
  const address = `${apiPath(repo)}/revision/${encodeURIComponent(revision)}?expand=sha`;
  const asked = { what: repo.id, repo };
  return (await askJson(connection, address, asked, infoSchema, options)).sha;
}

/** Every file at a commit, folders included in their paths. Errors: hub_*. */
export async function listFiles(
  connection: HubConnection,
  repo: Repo,
  revision: string,
  options: Options = {},
): Promise<RemoteFile[]> {
  const asked = { what: repo.id, repo };
  const files: RemoteFile[] = [];
  let address: string | undefined =
    `${apiPath(repo)}/tree/${encodeURIComponent(revision)}?recursive=true`;
  while (address !== undefined) {
    const read: { entries: z.infer<typeof treeSchema>; next: string | undefined } = await askHub(
      connection,
      address,
      asked,
      async (reply) => ({
        entries: await readAs(connection, reply, asked, treeSchema),
        next: nextPage(connection, reply),
      }),
      options,
    );
    for (const { type, path, size, oid, lfs } of read.entries) {
      if (type !== "file") continue;
      files.push(
        lfs
          ? { path, bytes: lfs.size, hash: lfs.oid, algorithm: "sha256" }
          : { path, bytes: size, hash: oid, algorithm: "git-sha1" },
      );
    }
    address = read.next;
  }
  return files;
}

/** Where a file's bytes are asked for; without the host. */
export function filePath(repo: Repo, revision: string, path: string): string {
  const folder = repo.type === "model" ? repo.id : `${repo.type}s/${repo.id}`;
  const encoded = path.split("/").map(encodeURIComponent).join("/");
  return `/${folder}/resolve/${encodeURIComponent(revision)}/${encoded}`;
}

/** A reply in JSON, held against a schema. Errors: hub_*. */
export async function askJson<T>(
  connection: HubConnection,
  address: string,
  asked: Asked,
  schema: z.ZodType<T>,
  options: Options = {},
): Promise<T> {
  const headers = { accept: "application/json" };
  const read = (reply: HubReply) => readAs(connection, reply, asked, schema);
  return askHub(connection, address, asked, read, { ...options, headers });
}

async function readAs<T>(
  { place }: HubConnection,
  { response }: HubReply,
  { what }: Asked,
  schema: z.ZodType<T>,
): Promise<T> {
  const text = await response.text();
  const wrong = (detail: string) =>
    new AppError("hub_reply_invalid", { host: place.host, what, detail });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw wrong(JSON.stringify(text.slice(0, 80)));
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw wrong(issue ? `${issue.path.join(".")}: ${issue.message}` : result.error.message);
}

/** The next page of a list, where the hub itself has it. */
function nextPage({ place }: HubConnection, { response }: HubReply): string | undefined {
  const link = /<([^>]+)>;\s*rel="next"/.exec(response.headers.get("link") ?? "")?.[1];
  const url = link === undefined ? undefined : URL.parse(link, place.endpoint);
  return url?.origin === new URL(place.endpoint).origin ? url.href : undefined;
}
