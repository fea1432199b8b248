/** What a benchmark of the page found: printed as one JSON line, with whatever explains it beside. */
export interface Figure {
  bench: string;
  /** What was measured, in words. */
  what: string;
  measured: number;
  limit: number;
  unit: "bytes" | "ms" | "share";
  reached: boolean;
}
