/** Files that were dropped where a project began, for the page that uploads them. */
const waiting = new Map<string, File[]>();

export const handOver = (project: string, files: File[]): void => void waiting.set(project, files);

/** The files, once. */
export function takeOver(project: string): File[] {
  const files = waiting.get(project) ?? [];
  waiting.delete(project);
  return files;
}
