import type { DataFile } from "#contract/project.ts";

/** A data file and where it lies. */
export interface DataSource extends Pick<DataFile, "name" | "role" | "mapping"> {
  path: string;
  /** What the version that counts changes; absent where it counts as uploaded. */
  changes?: string;
  /** Where what is known of files by their content is kept, and where numbers lie meanwhile. */
  cache?: string;
  spill?: string;
  /** Changes with the file's content, and with how it is read; absent where that is not known. */
  content?: string;
}
