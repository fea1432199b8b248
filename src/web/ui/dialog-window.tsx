import { Dialog as Base } from "@base-ui/react/dialog";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Icon } from "./icon.tsx";

export interface DialogProps {
  open: boolean;
  title: string;
  children: ReactNode;
  actions?: ReactNode;
  wide?: boolean;
  onClose: () => void;
}

/** The dialog itself; whoever opens one uses `Dialog`, which loads this when it is needed. */
export function DialogWindow(props: DialogProps) {
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
