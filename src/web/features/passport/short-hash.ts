/** The beginning of a hash: enough to see that two differ. Anything else as it is. */
export const shortHash = (value: string): string =>
  /^[0-9a-f]{64}$/.test(value) ? `${value.slice(0, 12)}…` : value;
