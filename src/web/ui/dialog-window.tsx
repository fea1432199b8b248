import { Dialog as Base } from "@base-ui/react/dialog";
import { useRef } from "react";
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
  const popup = useRef<HTMLDivElement>(null);
  return (
    <Base.Root open={props.open} onOpenChange={(open) => !open && props.onClose()}>
      <Base.Portal>
        <Base.Backdrop className="backdrop" />
        <Base.Popup
          ref={popup}
          className={props.wide ? "dialog dialog-wide" : "dialog"}
          // Whoever opens a dialog to type begins to type; by touch no keyboard jumps up.
          initialFocus={(by) =>
            by === "touch"
              ? popup.current
              : (popup.current?.querySelector<HTMLElement>(
                  '.dialog-body :is(input:not([type="checkbox"]), textarea):enabled',
                ) ?? true)
          }
        >
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
