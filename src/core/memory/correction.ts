import type { PhaseParts } from "./parts.ts";

/** What earlier runs on this machine taught about the estimate. */
export interface Correction {
  measurements: number;
  factor: number;
  apply: (phases: PhaseParts) => PhaseParts;
}

/** Before anything was measured here. */
export const uncorrected: Correction = {
  measurements: 0,
  factor: 1,
  apply: (phases) => phases,
};
