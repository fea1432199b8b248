import type { z } from "@hono/zod-openapi";
import type { Model, hubReply } from "#contract/routes/models.ts";
import { freeBytes } from "#core/engine/disk.ts";
import type { FoundModel } from "#core/hub/search.ts";
import type { ListedModel, ModelList } from "#core/models/list-models.ts";

const nothingLocal = {
  state: "absent",
  done_bytes: null,
  total_bytes: null,
  revision: null,
} as const;

/** A model as the API says it. */
export function modelBody(model: ListedModel, endpoint: string): Model {
  const { id, entry, local, need } = model;
  const [owner = "", name = id] = id.split("/");
  const onHub = id !== "starter";
  return {
    id,
    name: entry?.name ?? name,
    owner: entry?.owner ?? (onHub ? owner : ""),
    listed: entry !== undefined || !onHub,
    recommended: model.recommended,
    family: model.family ?? null,
    supported: model.supported,
    parameters: model.parameters ?? null,
    download_bytes: entry?.downloadBytes ?? (local.state === "partial" ? local.totalBytes : null),
    licence: onHub ? (entry?.licence ?? null) : "Apache-2.0",
    languages: onHub ? (entry?.languages ?? []) : ["en"],
    language_count: onHub ? (entry?.languageCount ?? null) : 1,
    gated: entry?.gated ?? false,
    url: onHub ? `${endpoint}/${id}` : null,
    downloads: null,
    ...nothingLocal,
    ...(local.state === "partial"
      ? { state: local.state, done_bytes: local.doneBytes, total_bytes: local.totalBytes }
      : {}),
    ...(local.state === "ready" ? { state: local.state, revision: local.commit ?? null } : {}),
    memory: need
      ? { needed_bytes: need.peakBytes, free_bytes: need.freeBytes, verdict: need.verdict }
      : null,
  };
}

/** What the hub found; of those that the list knows, what the list says of them. */
export function foundBody(found: FoundModel, known: ModelList): Model {
  const listed = known.models.find(({ id }) => id === found.id);
  const { endpoint } = known.hub;
  const body = listed && modelBody(listed, endpoint);
  if (body?.listed) return { ...body, downloads: found.downloads };
  const [owner = "", name = ""] = found.id.split("/");
  return {
    id: found.id,
    name,
    owner,
    listed: false,
    recommended: false,
    family: found.family ?? null,
    supported: found.supported,
    parameters: found.parameters ?? null,
    download_bytes: found.downloadBytes ?? null,
    licence: found.licence ?? null,
    languages: [...found.languages],
    language_count: found.languages.length > 0 ? found.languages.length : null,
    gated: found.gated,
    url: `${endpoint}/${found.id}`,
    downloads: found.downloads,
    ...nothingLocal,
    memory: null,
    ...(body ? localOf(body) : {}),
  };
}

const localOf = ({ state, done_bytes, total_bytes, revision, memory }: Model) => ({
  state,
  done_bytes,
  total_bytes,
  revision,
  memory,
});

/** How the hub is reached, as the API says it. */
export async function hubBody({ hub }: ModelList): Promise<z.infer<typeof hubReply>> {
  const { endpoint, host, offline, cache, token } = hub;
  const free = await freeBytes(cache);
  return { host, url: endpoint, offline, cache, token: token ?? null, free_bytes: free };
}
