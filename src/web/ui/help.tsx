import { Popover } from "@base-ui/react/popover";
import type { ReactNode } from "react";
import { Icon } from "./icon.tsx";

/** Help beside a field: opens on hover, focus and tap, since a tooltip alone has no touch. */
export function Help({ label, children }: { label: string; children: ReactNode }) {
  return (
    <Popover.Root>
      <Popover.Trigger className="help" aria-label={label} openOnHover delay={250}>
        <Icon name="help" small />
      </Popover.Trigger>
      <Popover.Portal>
        {/* Beside the field; where a field takes the whole width, above it. */}
        <Popover.Positioner
          side={window.matchMedia("(max-width: 48rem)").matches ? "top" : "inline-end"}
          sideOffset={8}
          collisionPadding={12}
        >
          <Popover.Popup className="tip-popup" aria-label={label} initialFocus={false}>
            {children}
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}
