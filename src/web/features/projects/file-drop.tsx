import { useEffect, useEffectEvent, useState } from "react";
import type { ReactNode } from "react";
import { hasFiles } from "../../app/stray-drops.ts";
import { droppedFiles } from "./dropped-files.ts";

/**
 * A page that takes dropped files and folders, wherever in its window they are dropped. Keyboards
 * use the page's buttons instead.
 */
export function FileDrop(props: { children: ReactNode; onFiles: (files: File[]) => void }) {
  const [over, setOver] = useState(false);
  const take = useEffectEvent(async (transfer: DataTransfer) => {
    const files = await droppedFiles(transfer);
    if (files.length > 0) props.onFiles(files);
  });
  useEffect(() => {
    const end = new AbortController();
    const { signal } = end;
    const enter = (event: DragEvent) => {
      if (!hasFiles(event) || !event.dataTransfer) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = "copy";
      setOver(true);
    };
    const leave = ({ relatedTarget }: DragEvent) => {
      if (relatedTarget === null) setOver(false);
    };
    const drop = (event: DragEvent) => {
      setOver(false);
      if (!hasFiles(event) || !event.dataTransfer) return;
      event.preventDefault();
      void take(event.dataTransfer);
    };
    window.addEventListener("dragover", enter, { signal });
    window.addEventListener("dragleave", leave, { signal });
    window.addEventListener("drop", drop, { signal });
    return () => end.abort();
  }, []);
  return <div className={over ? "drop-area over" : "drop-area"}>{props.children}</div>;
}
