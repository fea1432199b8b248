/** Line icons on a 16 px grid, drawn for this page. `flip` marks those that mirror right-to-left. */
const paths = {
  plus: "M8 3v10M3 8h10",
  minus: "M3 8h10",
  close: "m4 4 8 8M12 4l-8 8",
  check: "m3 8.5 3.2 3.2L13 4.8",
  search: "M7 2.7a4.3 4.3 0 1 0 0 8.6 4.3 4.3 0 0 0 0-8.6zM10.3 10.3l3.2 3.2",
  grid: "M2.5 2.5h4.6v4.6H2.5zM8.9 2.5h4.6v4.6H8.9zM2.5 8.9h4.6v4.6H2.5zM8.9 8.9h4.6v4.6H8.9z",
  list: "M5.5 4h8M5.5 8h8M5.5 12h8M2.5 4h.01M2.5 8h.01M2.5 12h.01",
  cube: "m8 1.8 5.7 3v6.4L8 14.2l-5.7-3V4.8zM2.5 5 8 8l5.5-3M8 8v6",
  gear: "M8 5.8a2.2 2.2 0 1 0 0 4.4 2.2 2.2 0 0 0 0-4.4zM8 1.8v2M8 12.2v2M1.8 8h2M12.2 8h2M3.6 3.6 5 5M11 11l1.4 1.4M12.4 3.6 11 5M5 11l-1.4 1.4",
  clock: "M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8zM8 4.3V8l2.5 1.7",
  back: "m10 4-4 4 4 4",
  forward: "m6 4 4 4-4 4",
  up: "m4 10 4-4 4 4",
  down: "m4 6 4 4 4-4",
  more: "M3.5 8h.01M8 8h.01M12.5 8h.01",
  pencil: "m3 13 .6-2.8 7.2-7.2 2.2 2.2-7.2 7.2z",
  copy: "M5.5 5.5h8v8h-8zM10.5 5.3V2.5h-8v8h2.8",
  trash: "M2.8 4.3h10.4M6 4V2.5h4V4M4.3 4.5l.6 9h6.2l.6-9",
  upload: "M8 10.5V2.8M4.8 5.8 8 2.6l3.2 3.2M2.5 10.5v3h11v-3",
  download: "M8 2.5v7.7M4.8 7 8 10.2 11.2 7M2.5 10.5v3h11v-3",
  file: "M4 1.8h5.5L12.5 5v9.2H4zM9.3 2v3.2h3",
  folder: "M1.8 12.8V3.5h4.4l1.5 1.8h6.5v7.5z",
  warning: "M8 2 14.5 13.5h-13zM8 6.5v3.2M8 11.6v.1",
  info: "M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8zM8 7.2v3.8M8 5v.1",
  help: "M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8zM6.2 6.3a1.9 1.9 0 1 1 2.6 1.8c-.6.3-.8.6-.8 1.2M8 11.4v.1",
  lock: "M3.5 7.2h9v6.3h-9zM5.3 7V5a2.7 2.7 0 0 1 5.4 0v2",
  play: "M4.5 3v10l8-5z",
  pause: "M5.5 3.5v9M10.5 3.5v9",
  stop: "M4 4h8v8H4z",
  reset: "M3 3v3.5h3.5M3.4 6.2a5 5 0 1 1-.3 3.4",
  code: "m5.5 4.5-3.5 3.5 3.5 3.5M10.5 4.5l3.5 3.5-3.5 3.5",
  chip: "M4.5 4.5h7v7h-7zM6.5 2v2.5M9.5 2v2.5M6.5 11.5V14M9.5 11.5V14M2 6.5h2.5M2 9.5h2.5M11.5 6.5H14M11.5 9.5H14",
  chat: "M2.5 3h11v7.5H7.5L4.5 13v-2.5h-2z",
  external: "M9.5 2.8h3.7v3.7M13 3 7.5 8.5M11.5 9v4.2H2.8V4.5H7",
  menu: "M2.5 4h11M2.5 8h11M2.5 12h11",
} as const;

export type IconName = keyof typeof paths;
const mirrored = new Set<IconName>(["back", "forward", "external"]);

export function Icon({ name, small = false }: { name: IconName; small?: boolean }) {
  const className = `i${small ? " i-s" : ""}${mirrored.has(name) ? " flip" : ""}`;
  return (
    <svg className={className} viewBox="0 0 16 16" aria-hidden="true">
      <path d={paths[name]} strokeWidth={name === "more" ? 2.2 : undefined} />
    </svg>
  );
}
