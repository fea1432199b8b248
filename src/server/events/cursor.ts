/**
 * How far a connection has come, as it stands in the ids of its messages: per run the seq of the
 * last event that was sent, and the time up to which all other runs had nothing new.
 */
export interface Cursor {
  readonly time: number;
  readonly seqs: ReadonlyMap<string, number>;
}

/** `<milliseconds>~<project>/<run>:<seq>~…`; names are encoded, so that the marks stay marks. */
export function formatCursor({ time, seqs }: Cursor): string {
  return [String(time), ...[...seqs].map(([key, seq]) => `${key}:${seq}`)].join("~");
}

/** The cursor of an id; undefined where it is none of ours, which is then like a first connection. */
export function parseCursor(text: string | undefined): Cursor | undefined {
  const [time, ...parts] = text?.split("~") ?? [];
  if (time === undefined || !/^\d{1,16}$/.test(time)) return undefined;
  const seqs = new Map<string, number>();
  for (const part of parts) {
    const match = /^([^:~/]+\/[^:~/]+):(\d{1,12})$/.exec(part);
    if (!match) return undefined;
    seqs.set(match[1] ?? "", Number(match[2]));
  }
  return { time: Number(time), seqs };
}

export const runKey = (project: string, run: string): string => `${encode(project)}/${encode(run)}`;

const encode = (name: string) => encodeURIComponent(name).replaceAll("~", "%7E");
