import { randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, readdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { StoredDocument } from "#contract/drafts.ts";
import { AppError } from "#contract/errors.ts";
import { makeFolder, renamePatiently, writeStreamAtomic } from "../files/atomic.ts";
import { isMissing } from "../files/error-code.ts";
import { pathInside, plainName } from "../files/names.ts";
import { readProject } from "../projects/projects.ts";
import { projectFolder } from "../projects/store.ts";
import { temporaryFolder } from "../workspace.ts";
import type { Workspace } from "../workspace.ts";
import { chunksOf } from "./chunks.ts";
import type { Chunk } from "./chunks.ts";
import { readDocument } from "./read-document.ts";

/** More is a collection of documents; reading takes several times its size in memory. */
const mostBytes = 100e6;

const documentsFolder = (ws: Workspace, slug: string): string =>
  join(projectFolder(ws, slug), "documents");

/**
 * Stores a document and reads it at once, so that one without text is refused and not kept.
 * Errors: not_found, document_*, data_empty_file, disk_full.
 */
export async function addDocument(
  ws: Workspace,
  slug: string,
  input: { name: string; stream: AsyncIterable<Uint8Array> },
): Promise<StoredDocument> {
  const name = plainName(input.name);
  await readProject(ws, slug);
  const temporary = join(temporaryFolder(ws), `document-${randomBytes(8).toString("hex")}`);
  try {
    let bytes = 0;
    await writeStreamAtomic(temporary, input.stream, (chunk) => {
      bytes += chunk.length;
      if (bytes > mostBytes)
        throw new AppError("document_too_large", { file: name, limit: "100 MB" });
    });
    const chunks = chunksOf(name, await readDocument(await readFile(temporary), name));
    await makeFolder(documentsFolder(ws, slug));
    await renamePatiently(temporary, pathInside(documentsFolder(ws, slug), name));
    return { name, bytes, ...sizes(chunks) };
  } finally {
    await rm(temporary, { force: true });
  }
}

/** The same for a file of this computer. */
export async function addDocumentFile(
  ws: Workspace,
  slug: string,
  { name, path }: { name: string; path: string },
): Promise<StoredDocument> {
  if (!(await stat(path).catch(() => undefined))?.isFile()) {
    throw new AppError("data_file_missing", { file: path });
  }
  return addDocument(ws, slug, { name, stream: createReadStream(path) });
}

/** A project's documents with their passages counted. Errors: not_found, document_*. */
export async function listDocuments(ws: Workspace, slug: string): Promise<StoredDocument[]> {
  await readProject(ws, slug);
  const documents: StoredDocument[] = [];
  for (const name of await documentNames(ws, slug)) {
    const { size } = await stat(pathInside(documentsFolder(ws, slug), name));
    documents.push({ name, bytes: size, ...sizes(await documentChunks(ws, slug, name)) });
  }
  return documents;
}

/** The passages of a document. Errors: not_found, document_*. */
export async function documentChunks(ws: Workspace, slug: string, name: string): Promise<Chunk[]> {
  try {
    const bytes = await readFile(pathInside(documentsFolder(ws, slug), name));
    return chunksOf(name, await readDocument(bytes, name));
  } catch (error) {
    if (isMissing(error)) throw new AppError("not_found", { what: "document", name });
    throw error;
  }
}

/** The names of a project's documents, sorted. */
export async function documentNames(ws: Workspace, slug: string): Promise<string[]> {
  const folder = documentsFolder(ws, slug);
  await mkdir(folder, { recursive: true });
  return (await readdir(folder)).filter((name) => !name.endsWith(".part")).sort();
}

/** Its drafts stay: they have their passages. Errors: not_found. */
export async function removeDocument(ws: Workspace, slug: string, name: string): Promise<void> {
  try {
    await rm(pathInside(documentsFolder(ws, slug), name));
  } catch (error) {
    if (isMissing(error)) throw new AppError("not_found", { what: "document", name });
    throw error;
  }
}

const sizes = (chunks: readonly Chunk[]) => ({
  chunks: chunks.length,
  characters: chunks.reduce((sum, { text }) => sum + text.length, 0),
});
