/** Another language's texts: the same keys as English, so that a missing one fails the type check. */
export type SameKeys<T> = {
  readonly [K in keyof T]: T[K] extends string ? string : SameKeys<T[K]>;
};
