import { Menu as Base } from "@base-ui/react/menu";
import { Icon } from "./icon.tsx";
import type { MenuProps } from "./menu.tsx";

/** The menu itself, open at first; whoever needs one uses `Menu`, which loads this. */
export function MenuWindow({ label, entries }: MenuProps) {
  return (
    <Base.Root defaultOpen>
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
