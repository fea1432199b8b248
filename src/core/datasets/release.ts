/**
 * Gives the memory of large arrays back at once: until the next garbage collection, those that nobody
 * needs any more would lie beside their successors. They and all views of them are empty afterwards.
 */
export function release(...arrays: readonly { readonly buffer: ArrayBuffer }[]): void {
  for (const { buffer } of arrays) buffer.transfer(0);
}
