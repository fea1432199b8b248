/** Another language's texts: the same keys, so that a missing one fails the type check. */
export type SameShape<T> = {
  readonly [K in keyof T]: T[K] extends string ? string : SameShape<T[K]>;
};
