import { lazy, Suspense, useRef } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { DialogProps } from "./dialog-window.tsx";

const DialogWindow = lazy(async () => ({
  default: (await import("./dialog-window.tsx")).DialogWindow,
}));

/** A modal with title, content and buttons at its end. Its code comes when it is opened first. */
export function Dialog(props: DialogProps) {
  const wasOpen = useRef(false);
  wasOpen.current ||= props.open;
  return wasOpen.current ? (
    <Suspense>
      <DialogWindow {...props} />
    </Suspense>
  ) : null;
}

/** A question before something that cannot be undone. */
export function Confirm(props: {
  open: boolean;
  title: string;
  children: ReactNode;
  action: string;
  onConfirm: () => void;
  onClose: () => void;
}) {
  const { t } = useTranslation("common");
  return (
    <Dialog
      open={props.open}
      title={props.title}
      onClose={props.onClose}
      actions={
        <>
          <button type="button" className="btn" onClick={props.onClose}>
            {t("cancel")}
          </button>
          <button
            type="button"
            className="btn btn-danger"
            onClick={() => {
              props.onConfirm();
              props.onClose();
            }}
          >
            {props.action}
          </button>
        </>
      }
    >
      {props.children}
    </Dialog>
  );
}
