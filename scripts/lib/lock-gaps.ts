/** One entry of a package-lock.json, of version 3. */
export interface LockEntry {
  version?: string;
  integrity?: string;
  optional?: boolean;
  os?: string | string[];
  cpu?: string | string[];
  libc?: string | string[];
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
}
export type LockPackages = Record<string, LockEntry>;

export interface LockGap {
  name: string;
  version: string;
  /** The package that names it. */
  of: string;
}

/**
 * Packages that others in a lock depend on and that have no entry of their own. `npm ci` refuses
 * such a lock; npm itself writes one when the registry at hand lacks other platforms' packages.
 */
export function lockGaps(packages: LockPackages): LockGap[] {
  const gaps = new Map<string, LockGap>();
  for (const [place, entry] of Object.entries(packages)) {
    const wanted = { ...entry.dependencies, ...entry.optionalDependencies };
    for (const [name, version] of Object.entries(wanted)) {
      if (!isFound(packages, place, name)) gaps.set(name, { name, version, of: place });
    }
  }
  return [...gaps.values()];
}

/** Node's resolution: the node_modules of the place itself, then of each place around it. */
function isFound(packages: LockPackages, place: string, name: string): boolean {
  for (let around = place; ; around = around.slice(0, around.lastIndexOf("/node_modules/"))) {
    if (packages[`${around ? `${around}/` : ""}node_modules/${name}`]) return true;
    if (!around) return false;
    if (!around.includes("/node_modules/")) return Boolean(packages[`node_modules/${name}`]);
  }
}

const systems = ["android", "darwin", "freebsd", "linux", "openharmony", "win32"];
const processors = ["arm64", "arm", "x64", "ia32", "ppc64", "riscv64", "s390x", "wasm32"];

/** The platform that a binary package's name tells, as in "@oxfmt/binding-linux-arm64-musl". */
export function platformFromName(name: string): Pick<LockEntry, "os" | "cpu" | "libc"> {
  const words = name.slice(name.indexOf("/") + 1).split("-");
  const os = systems.filter((system) => words.includes(system));
  const cpu = processors.filter((processor) => words.includes(processor));
  const libc = words.some((word) => word.startsWith("musl"))
    ? ["musl"]
    : words.some((word) => word.startsWith("gnu")) && os.includes("linux")
      ? ["glibc"]
      : [];
  return {
    ...(os.length > 0 ? { os } : {}),
    ...(cpu.length > 0 ? { cpu } : {}),
    ...(libc.length > 0 ? { libc } : {}),
  };
}
