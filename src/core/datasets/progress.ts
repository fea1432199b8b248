/** What is being done with rows: reading them, comparing them with one another, storing them. */
export type DataStep = "read" | "compare" | "store";

/** How far a step is; reading and storing count bytes of the files, comparing counts its rounds. */
export type OnDataProgress = (done: number, total: number, step: DataStep) => void;

export interface Following {
  signal?: AbortSignal;
  onProgress?: OnDataProgress;
}
