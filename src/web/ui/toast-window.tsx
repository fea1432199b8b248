import { Toast } from "@base-ui/react/toast";
import { useEffect } from "react";

const manager = Toast.createToastManager();

export interface Message {
  title: string;
  undo: { label: string; run: () => void } | undefined;
}

/** Shows what `take` gives, and takes again whenever more was said. */
export function ToastWindow({ count, take }: { count: number; take: () => Message[] }) {
  useEffect(() => {
    for (const { title, undo } of take())
      manager.add({
        title,
        timeout: undo ? 10_000 : 5_000,
        ...(undo ? { actionProps: { children: undo.label, onClick: undo.run } } : {}),
      });
  }, [count, take]);
  return (
    <Toast.Provider toastManager={manager}>
      <Toast.Portal>
        <Toast.Viewport className="toast-viewport">
          <ToastList />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  );
}

function ToastList() {
  const { toasts } = Toast.useToastManager();
  return toasts.map((toast) => (
    <Toast.Root key={toast.id} toast={toast} className="toast-card">
      <Toast.Title />
      <Toast.Action />
    </Toast.Root>
  ));
}
