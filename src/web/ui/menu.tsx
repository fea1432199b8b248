import { Menu as Base } from "@base-ui/react/menu";
import { Icon, type IconName } from "./icon.tsx";

export interface MenuEntry {
  icon?: IconName;
  label: string;
  danger?: boolean;
  disabled?: boolean;
  onSelect: () => void;
}

/** A menu of actions behind a “…” button. A dangerous entry stands apart at the end. */
export function Menu({ label, entries }: { label: string; entries: readonly MenuEntry[] }) {
  return (
    <Base.Root>
      <Base.Trigger className="btn btn-quiet btn-icon btn-sm" aria-label={label}>
        <Icon name="more" />
      </Base.Trigger>
      <Base.Portal>
        <Base.Positioner align="end" sideOffset={4} className="menu-positioner">
          <Base.Popup className="menu-popup">
            {entries.map((entry) => (
              <Base.Item
                key={entry.label}
                className={entry.danger ? "menu-item danger" : "menu-item"}
                disabled={entry.disabled ?? false}
                onClick={entry.onSelect}
              >
                {entry.icon && <Icon name={entry.icon} />}
                {entry.label}
              </Base.Item>
            ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
