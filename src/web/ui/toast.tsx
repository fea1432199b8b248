import { Toast } from "@base-ui/react/toast";
import type { ReactNode } from "react";

/** One manager for the page, so that code outside components can say something too. */
export const toasts = Toast.createToastManager();

/** A short message; `undo` adds a button that stays 10 s. */
export function say(title: string, undo?: { label: string; run: () => void }): void {
  toasts.add({
    title,
    timeout: undo ? 10_000 : 5_000,
    ...(undo ? { actionProps: { children: undo.label, onClick: undo.run } } : {}),
  });
}

export function ToastProvider({ children }: { children: ReactNode }) {
  return (
    <Toast.Provider toastManager={toasts}>
      {children}
      <Toast.Portal>
        <Toast.Viewport className="toast-viewport">
          <ToastList />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  );
}

function ToastList() {
  const { toasts: list } = Toast.useToastManager();
  return list.map((toast) => (
    <Toast.Root key={toast.id} toast={toast} className="toast-card">
      <Toast.Title />
      <Toast.Action />
    </Toast.Root>
  ));
}
