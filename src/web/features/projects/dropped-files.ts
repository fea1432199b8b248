import i18next from "i18next";
import { say } from "../../ui/toast.tsx";

/** What a folder may hold besides data; everything else is offered to the server, which tells. */
const ignored = /^(\.|__MACOSX$|Thumbs\.db$|desktop\.ini$)/i;
const mostFiles = 200;

/**
 * The files of a drop, those inside folders as well. Two of the same name in different folders get
 * their folder's name before their own, because a project's files have plain names.
 */
export async function droppedFiles(transfer: DataTransfer): Promise<File[]> {
  // Entries are gone after the event: they are taken before anything is waited for.
  const entries = [...transfer.items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  if (entries.length === 0) return [...transfer.files];
  const found: { file: File; folder: string }[] = [];
  for (const entry of entries) await collect(entry, "", found);
  return noMore(plainNames(found));
}

/** The same for a folder that was picked. */
export function pickedFiles(list: FileList | null): File[] {
  return noMore(
    plainNames(
      [...(list ?? [])]
        .map((file) => ({
          file,
          folder: file.webkitRelativePath.split("/").slice(0, -1).join("-"),
        }))
        .filter(({ file }) => !ignored.test(file.name)),
    ),
  );
}

/** The files that are taken at once; that more were meant is said. */
function noMore(files: readonly File[]): File[] {
  if (files.length > mostFiles) say(i18next.t("tooManyFiles", { ns: "common", most: mostFiles }));
  return files.slice(0, mostFiles);
}

async function collect(
  entry: FileSystemEntry,
  folder: string,
  found: { file: File; folder: string }[],
): Promise<void> {
  if (found.length > mostFiles) return;
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => {
      (entry as FileSystemFileEntry).file(resolve, reject);
    });
    found.push({ file, folder });
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const inside = folder === "" ? entry.name : `${folder}-${entry.name}`;
  for (;;) {
    // Chromium gives at most a hundred at a time.
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => {
      reader.readEntries(resolve, reject);
    });
    if (some.length === 0) return;
    for (const one of some.toSorted((a, b) => a.name.localeCompare(b.name))) {
      if (!ignored.test(one.name)) await collect(one, inside, found);
    }
  }
}

function plainNames(found: readonly { file: File; folder: string }[]): File[] {
  const counts = new Map<string, number>();
  for (const { file } of found) counts.set(file.name, (counts.get(file.name) ?? 0) + 1);
  return found.map(({ file, folder }) =>
    (counts.get(file.name) ?? 0) > 1 && folder !== ""
      ? new File([file], `${folder}-${file.name}`, { type: file.type })
      : file,
  );
}
