import { lazy, Suspense, useSyncExternalStore } from "react";
import type { Message } from "./toast-window.tsx";

const waiting: Message[] = [];
const listeners = new Set<() => void>();
let said = 0;

/** A short message; `undo` adds a button that stays 10 s. Code outside components may say something, too. */
export function say(title: string, undo?: Message["undo"]): void {
  waiting.push({ title, undo });
  said += 1;
  for (const listener of listeners) listener();
}

const takeMessages = (): Message[] => waiting.splice(0);

const ToastWindow = lazy(async () => ({
  default: (await import("./toast-window.tsx")).ToastWindow,
}));

/** The place of messages; its code comes with the first of them. */
export function Toasts() {
  const count = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => said,
  );
  return count === 0 ? null : (
    <Suspense>
      <ToastWindow count={count} take={takeMessages} />
    </Suspense>
  );
}
