import { lazy, Suspense, useState } from "react";
import { Icon } from "./icon.tsx";
import type { MenuProps } from "./menu-window.tsx";

const load = () => import("./menu-window.tsx");
const MenuWindow = lazy(async () => ({ default: (await load()).MenuWindow }));

/**
 * A menu of actions behind a “…” button. A dangerous entry stands apart at the end. What places and
 * drives menus is a quarter of the first screen's code, so it comes when one is approached.
 */
export function Menu(props: MenuProps) {
  const [opened, setOpened] = useState(false);
  const button = (
    <button
      type="button"
      className="btn btn-quiet btn-icon btn-sm"
      aria-label={props.label}
      aria-haspopup="menu"
      aria-expanded={false}
      onPointerEnter={() => void load()}
      onFocus={() => void load()}
      onClick={() => setOpened(true)}
    >
      <Icon name="more" />
    </button>
  );
  if (!opened) return button;
  return (
    <Suspense fallback={button}>
      <MenuWindow {...props} />
    </Suspense>
  );
}
