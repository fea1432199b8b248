import { useTranslation } from "react-i18next";
import { Dialog } from "../../ui/dialog.tsx";

/** Asks for consent to 4-bit loading, and says what that means. `onDecline`: to go on without. */
export function FourBitDialog(props: {
  open: boolean;
  /** Why it is asked. */
  reason?: string | undefined;
  onAllow: () => void;
  onDecline?: () => void;
  onClose: () => void;
}) {
  const { t } = useTranslation(["run", "common"]);
  const closing = (act: () => void) => () => {
    props.onClose();
    act();
  };
  return (
    <Dialog
      open={props.open}
      title={t("offerFourBitAsk")}
      onClose={props.onClose}
      actions={
        <>
          <button type="button" className="btn" onClick={props.onClose}>
            {t("common:cancel")}
          </button>
          {props.onDecline && (
            <button type="button" className="btn" onClick={closing(props.onDecline)}>
              {t("offerFourBitDecline")}
            </button>
          )}
          <button type="button" className="btn btn-primary" onClick={closing(props.onAllow)}>
            {t("offerFourBitAllow")}
          </button>
        </>
      }
    >
      {props.reason && <p>{props.reason}</p>}
      <p className="mt-2">{t("offerFourBitMeans")}</p>
    </Dialog>
  );
}
