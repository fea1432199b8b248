import { createHash } from "node:crypto";
import type { Draft, DraftOrder, DraftPlan } from "#contract/drafts.ts";
import { AppError } from "#contract/errors.ts";
import { ollamaAddress } from "../deploy/find.ts";
import { readSettings } from "../settings.ts";
import type { Workspace } from "../workspace.ts";
import type { Chunk } from "./chunks.ts";
import { documentChunks, documentNames } from "./document-files.ts";
import { keyFor } from "./draft-keys.ts";
import { addDrafts, readDraftStore } from "./draft-store.ts";
import { askForDrafts } from "./endpoints/ask.ts";
import type { Endpoint } from "./endpoints/ask.ts";
import { defaultAddresses } from "./endpoints/protocols.ts";
import { draftRequest, readDrafts } from "./prompt.ts";

export interface DraftProgress {
  /** Passages asked about, of all that were to be. */
  done: number;
  total: number;
  drafts: number;
  promptTokens: number;
  answerTokens: number;
  /** Passages whose answers could not be used, not even when asked again. */
  failed: number;
}
export interface DraftOptions {
  signal?: AbortSignal;
  onProgress?: (progress: DraftProgress) => void;
  /** See `askForDrafts`. */
  patience?: number;
}

/** A passage is asked about so often before it is left. */
const attempts = 3;
/** The usual estimate for languages in Latin letters. */
const charactersPerToken = 4;
const answerTokensPerRow = 120;

/** What an order would send where; nothing is sent. Errors: not_found, document_*, ollama_address_invalid. */
export async function planDrafts(
  ws: Workspace,
  slug: string,
  order: DraftOrder,
): Promise<DraftPlan> {
  const { endpoint, chunks, all } = await prepare(ws, slug, order);
  const requests = chunks.map((chunk) => draftRequest(chunk, order));
  const characters = requests.reduce(
    (sum, { system, user }) => sum + system.length + user.length,
    0,
  );
  const [first] = requests;
  const byDocument = Map.groupBy(all, ({ document }) => document);
  return {
    address: endpoint.address,
    leavesComputer: !isThisComputer(endpoint.address),
    keySet: endpoint.key !== undefined,
    documents: [...byDocument].map(([name, own]) => ({
      name,
      chunks: own.length,
      characters: own.reduce((sum, { text }) => sum + text.length, 0),
    })),
    chunks: chunks.length,
    promptTokens: Math.ceil(characters / charactersPerToken),
    answerTokens: chunks.length * order.perChunk * answerTokensPerRow,
    example: first ? { system: first.system, user: first.user } : null,
  };
}

/**
 * Asks for drafts, passage by passage, and keeps each passage's as they come; called again, it goes
 * on with the others. Errors: not_found, document_*, draft_key_missing, draft_unreachable,
 * draft_refused, AbortError. What was drafted until then stays.
 */
export async function draftRows(
  ws: Workspace,
  slug: string,
  order: DraftOrder,
  { signal, onProgress, patience }: DraftOptions = {},
): Promise<DraftProgress> {
  await requireKey(ws, order);
  const { endpoint, chunks } = await prepare(ws, slug, order);
  const progress: DraftProgress = {
    done: 0,
    total: chunks.length,
    drafts: 0,
    promptTokens: 0,
    answerTokens: 0,
    failed: 0,
  };
  onProgress?.({ ...progress });
  for (const chunk of chunks) {
    const rows = await askAbout(chunk, { order, endpoint, progress, signal, patience });
    progress.done += 1;
    if (rows.length === 0) progress.failed += 1;
    else await addDrafts(ws, slug, { drafts: rows, done: doneKey(chunk, order) });
    progress.drafts += rows.length;
    onProgress?.({ ...progress });
  }
  return progress;
}

/** The services' own addresses take no request without a key. Errors: draft_key_missing. */
export async function requireKey(ws: Workspace, order: DraftOrder): Promise<void> {
  if (order.service === "ollama" || order.address !== null) return;
  const { address, key } = await endpointOf(ws, order);
  if (key === undefined) throw new AppError("draft_key_missing", { address });
}

/** The drafts of one passage; none where its answers cannot be used. Counts what was spent. */
async function askAbout(
  chunk: Chunk,
  at: {
    order: DraftOrder;
    endpoint: Endpoint;
    progress: DraftProgress;
    signal: AbortSignal | undefined;
    patience: number | undefined;
  },
): Promise<Draft[]> {
  const { order, endpoint, progress, signal, patience } = at;
  let complaint: string | undefined;
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const request = draftRequest(chunk, order, complaint);
    const options = { signal, ...(patience !== undefined && { patience }) };
    const reply = await askForDrafts(endpoint, request, options);
    progress.promptTokens += reply.promptTokens;
    progress.answerTokens += reply.answerTokens;
    const read = readDrafts(reply.answer, order.perChunk);
    if ("rows" in read) return read.rows.map((row, index) => toDraft(chunk, order, row, index));
    ({ complaint } = read);
  }
  return [];
}

function toDraft(
  chunk: Chunk,
  order: DraftOrder,
  { question, answer }: { question: string; answer: string },
  index: number,
): Draft {
  const { document, number, headings, page, text } = chunk;
  return {
    id: `${doneKey(chunk, order).slice(0, 16)}-${index + 1}`,
    state: "draft",
    question,
    answer,
    edited: false,
    document,
    chunk: number,
    headings,
    page,
    passage: text,
    model: order.model,
  };
}

/** Other wishes make other rows of the same passage. */
function doneKey(chunk: Chunk, { service, model, perChunk, language, style }: DraftOrder): string {
  const wishes = JSON.stringify([chunk.id, service, model, perChunk, language, style]);
  return createHash("sha256").update(wishes).digest("hex").slice(0, 32);
}

async function prepare(
  ws: Workspace,
  slug: string,
  order: DraftOrder,
): Promise<{ endpoint: Endpoint; all: Chunk[]; chunks: Chunk[] }> {
  const { done } = await readDraftStore(ws, slug);
  const all: Chunk[] = [];
  for (const name of order.documents ?? (await documentNames(ws, slug))) {
    all.push(...(await documentChunks(ws, slug, name)));
  }
  // A passage that stands twice in a document is asked about once.
  const open = new Map(all.map((chunk) => [doneKey(chunk, order), chunk]));
  const chunks = [...open].filter(([key]) => !done.has(key)).map(([, chunk]) => chunk);
  return { endpoint: await endpointOf(ws, order), all, chunks };
}

async function endpointOf(ws: Workspace, { service, address }: DraftOrder): Promise<Endpoint> {
  const own =
    service === "ollama"
      ? ollamaAddress({ setting: (await readSettings(ws)).ollamaAddress }).address
      : defaultAddresses[service];
  const used = (address ?? own).replace(/\/+$/, "");
  return {
    service,
    address: used,
    key: await keyFor(ws, { service, address: used, own: used === own }),
  };
}

/** Loopback by name or number; everything else may be anyone. */
function isThisComputer(address: string): boolean {
  const { hostname } = new URL(address);
  return /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}
