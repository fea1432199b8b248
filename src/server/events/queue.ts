export interface Queue<T> {
  push(item: T): void;
  /** The next item; "nothing" when none came within `patience` milliseconds; "closed" at the end. */
  next(patience: number): Promise<T | "nothing" | "closed">;
  close(): void;
}

/** Whoever reads so slowly is cut off; it comes back with its last id and misses nothing. */
const longest = 20_000;

/** A queue between who tells and who sends, so that a slow connection holds up no other. */
export function createQueue<T extends object>(): Queue<T> {
  let items: T[] = [];
  let closed = false;
  let wake = () => {};

  const close = () => {
    closed = true;
    items = [];
    wake();
  };
  return {
    close,
    push(item) {
      if (closed) return;
      items.push(item);
      if (items.length > longest) close();
      else wake();
    },
    async next(patience) {
      if (items.length === 0 && !closed) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, patience);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
        wake = () => {};
      }
      if (closed) return "closed";
      return items.shift() ?? "nothing";
    },
  };
}
