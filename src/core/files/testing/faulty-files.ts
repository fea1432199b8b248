import type * as Files from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";

/*
 * node:fs/promises with faults: at one operation that counts (a write, an fsync, a rename, a removal,
 * an opening for writing) something goes wrong. A crash lets nothing happen afterwards, and takes from
 * every file what was not synced: a part of it, or all.
 */

export type Fault =
  /** The operation fails; everything else works. */
  | { kind: "fails"; code: "EIO" | "ENOSPC" }
  /** A write brings a part of its bytes, then fails. */
  | { kind: "half" }
  /** Power is lost before the operation. */
  | { kind: "crash" };

export interface FaultPoint {
  /** Counted from 1; Infinity = none. */
  at: number;
  fault: Fault;
  /** In [0, 1): how much of unsynced bytes survives. */
  chance: () => number;
}

export const plan: { point: FaultPoint; count: number; crashed: boolean } = {
  point: { at: Number.POSITIVE_INFINITY, fault: { kind: "crash" }, chance: () => 0 },
  count: 0,
  crashed: false,
};

/** Files with bytes that the disk may not have yet, by their present path: how many it has. */
const unsynced = new Map<string, number>();

/** From here on everything works again, as after a reboot. */
export function stopFaults(): number {
  const { count } = plan;
  plan.point = { ...plan.point, at: Number.POSITIVE_INFINITY };
  plan.crashed = false;
  unsynced.clear();
  return count;
}

export function startFaults(point: FaultPoint): void {
  unsynced.clear();
  Object.assign(plan, { point, count: 0, crashed: false });
}

class Fail extends Error {
  readonly code: string;
  constructor(code: string) {
    super(`${code}: made by the test`);
    this.code = code;
  }
}

/** `node:fs/promises`, wrapped; to be given to vi.mock. */
export function faultyFiles(real: typeof Files): typeof Files {
  const crash = async (): Promise<never> => {
    plan.crashed = true;
    for (const [path, synced] of unsynced) {
      const { size } = await real.stat(path).catch(() => ({ size: 0 }));
      const left = synced + Math.floor((size - synced) * plan.point.chance());
      if (size > left) await real.truncate(path, left).catch(() => undefined);
    }
    throw new Fail("EIO");
  };
  /** Throws where this operation is to go wrong; true where it is to go wrong half-way. */
  const pass = async (): Promise<boolean> => {
    if (plan.crashed) throw new Fail("EIO");
    plan.count += 1;
    if (plan.count !== plan.point.at) return false;
    const { fault } = plan.point;
    if (fault.kind === "crash") return crash();
    if (fault.kind === "fails") throw new Fail(fault.code);
    return true;
  };

  const wrapHandle = (handle: FileHandle, path: string): FileHandle => {
    const writing = <A extends unknown[]>(act: (...args: A) => Promise<unknown>) =>
      async function write(...args: A): Promise<unknown> {
        const half = await pass();
        const before = (await handle.stat()).size;
        if (!unsynced.has(path)) unsynced.set(path, before);
        if (!half) return act(...args);
        const [data] = args;
        const bytes = typeof data === "string" ? Buffer.from(data) : (data as Uint8Array);
        await handle.write(bytes.subarray(0, Math.floor(bytes.length / 2)));
        throw new Fail("ENOSPC");
      };
    return new Proxy(handle, {
      get(target, key) {
        if (key === "write") return writing(target.write.bind(target) as never);
        if (key === "writeFile") return writing(target.writeFile.bind(target) as never);
        if (key === "appendFile") return writing(target.appendFile.bind(target) as never);
        if (key === "sync") {
          return async () => {
            if (await pass()) throw new Fail("EIO");
            await target.sync();
            unsynced.delete(path);
          };
        }
        const value: unknown = Reflect.get(target, key, target);
        return typeof value === "function" ? (value.bind(target) as unknown) : value;
      },
    });
  };

  return {
    ...real,
    open: (async (path: string, flags?: string | number, mode?: number) => {
      const writes = typeof flags === "string" && /[wa+]/.test(flags);
      if (writes && (await pass())) throw new Fail("ENOSPC");
      if (!writes && plan.crashed) throw new Fail("EIO");
      return wrapHandle(await real.open(path, flags, mode), path);
    }) as typeof real.open,
    rename: (async (from: string, to: string) => {
      if (await pass()) throw new Fail("EIO");
      await real.rename(from, to);
      for (const [path, synced] of unsynced) {
        const moved =
          path === from
            ? to
            : path.startsWith(`${from}/`)
              ? to + path.slice(from.length)
              : undefined;
        if (moved === undefined) continue;
        unsynced.delete(path);
        unsynced.set(moved, synced);
      }
    }) as typeof real.rename,
    rm: (async (path: string, options?: Parameters<typeof real.rm>[1]) => {
      if (await pass()) throw new Fail("EIO");
      await real.rm(path, options);
      unsynced.delete(path);
    }) as typeof real.rm,
    mkdir: (async (path: string, options?: Parameters<typeof real.mkdir>[1]) => {
      if (await pass()) throw new Fail("ENOSPC");
      return real.mkdir(path, options);
    }) as typeof real.mkdir,
    writeFile: (async (path: string, data: string) => {
      const handle = wrapHandle(await real.open(path, "w"), path);
      try {
        await handle.writeFile(data);
      } finally {
        await handle.close();
      }
    }) as typeof real.writeFile,
  };
}
