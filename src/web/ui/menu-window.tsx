import { Menu as Base } from "@base-ui/react/menu";
import { Icon, type IconName } from "./icon.tsx";

export interface MenuEntry {
  icon?: IconName;
  label: string;
  danger?: boolean;
  disabled?: boolean;
  onSelect: () => void;
}

export interface MenuProps {
  label: string;
  entries: readonly MenuEntry[];
}

/** The menu itself, open at first; whoever needs one uses `Menu`, which loads this. */
export function MenuWindow({ label, entries }: MenuProps) {
  return (
    <Base.Root defaultOpen>
      <Base.Trigger className="btn btn-quiet btn-icon btn-sm" aria-label={label}>
        <Icon name="more" />
      </Base.Trigger>
      {/* Within the page's landmark; fixed, so that its scrolling box does not cut it. */}
      <Base.Portal container={document.getElementById("main")}>
        <Base.Positioner
          align="end"
          sideOffset={4}
          positionMethod="fixed"
          className="menu-positioner"
        >
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
