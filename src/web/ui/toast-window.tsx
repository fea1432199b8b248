import { Toast } from "@base-ui/react/toast";
import { useEffect } from "react";
import { takeMessages } from "./toast.tsx";

const manager = Toast.createToastManager();

/** Shows what was said, and keeps showing what is said from then on. */
export function ToastWindow({ count }: { count: number }) {
  useEffect(() => {
    for (const { title, undo } of takeMessages())
      manager.add({
        title,
        timeout: undo ? 10_000 : 5_000,
        ...(undo ? { actionProps: { children: undo.label, onClick: undo.run } } : {}),
      });
  }, [count]);
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
