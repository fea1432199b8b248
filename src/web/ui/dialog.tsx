import { Dialog as Base } from "@base-ui/react/dialog";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Icon } from "./icon.tsx";

/** A modal with title, content and buttons at its end. */
export function Dialog(props: {
  open: boolean;
  title: string;
  children: ReactNode;
  actions?: ReactNode;
  wide?: boolean;
  onClose: () => void;
}) {
  const { t } = useTranslation("common");
  return (
    <Base.Root open={props.open} onOpenChange={(open) => !open && props.onClose()}>
      <Base.Portal>
        <Base.Backdrop className="backdrop" />
        <Base.Popup className={props.wide ? "dialog dialog-wide" : "dialog"}>
          <div className="row row-between">
            <Base.Title className="big">{props.title}</Base.Title>
            <Base.Close className="btn btn-quiet btn-icon btn-sm" aria-label={t("close")}>
              <Icon name="close" />
            </Base.Close>
          </div>
          <div className="dialog-body">{props.children}</div>
          {props.actions && <div className="dialog-actions">{props.actions}</div>}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
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
