/**
 * A file that is dropped where nothing takes it stays where it was: without this a browser would
 * leave the page and open it. Who takes drops listens on the window, too, and later.
 */
export function refuseStrayDrops(): void {
  window.addEventListener("dragover", (event) => {
    if (!hasFiles(event) || event.defaultPrevented) return;
    event.preventDefault();
    if (event.dataTransfer) event.dataTransfer.dropEffect = "none";
  });
  window.addEventListener("drop", (event) => {
    if (hasFiles(event)) event.preventDefault();
  });
}

/** Whether files are dragged, and no text within the page. */
export const hasFiles = ({ dataTransfer }: DragEvent): boolean =>
  dataTransfer?.types.includes("Files") ?? false;
