import type { Found } from "./found.ts";

/** Where a row stands: the number of its source, and its line. */
export interface RowPlace {
  source: number;
  line: number;
}

/** Places of a finding's rows, three numbers each, since a million rows may be at fault. */
export type PackedPlaces = Uint32Array;
const numbers = 3;

/** A place as it comes out again; `first` = the one of its group that “keep the first” keeps. */
export interface FoundPlace extends RowPlace {
  first: boolean;
}

/** The places of all of a finding's rows. */
export function packPlaces(
  { rows, firsts }: Pick<Found, "rows" | "firsts">,
  place: (row: number) => RowPlace,
): PackedPlaces {
  const packed = new Uint32Array(rows.length * numbers);
  rows.forEach((row, index) => {
    const { source, line } = place(row);
    packed.set([source, line, firsts?.[row] ?? 0], index * numbers);
  });
  return packed;
}

export function* unpackPlaces(packed: PackedPlaces): Generator<FoundPlace> {
  for (let at = 0; at < packed.length; at += numbers) {
    yield { source: packed[at] ?? 0, line: packed[at + 1] ?? 0, first: packed[at + 2] === 1 };
  }
}
