import { useState } from "react";
import type { ReactNode } from "react";
import { droppedFiles } from "./dropped-files.ts";

/** An area that takes dropped files and folders. Keyboards use the page's buttons instead. */
export function FileDrop(props: { children: ReactNode; onFiles: (files: File[]) => void }) {
  const [over, setOver] = useState(false);
  return (
    <div
      className={over ? "drop-area over" : "drop-area"}
      onDragOver={(event) => {
        if (!event.dataTransfer.types.includes("Files")) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        void droppedFiles(event.dataTransfer).then((files) => {
          if (files.length > 0) props.onFiles(files);
          return files;
        });
      }}
    >
      {props.children}
    </div>
  );
}
