import { z } from "zod";
import { runTool } from "./tool.ts";

/** A Python on this machine that was really started. */
export interface Python {
  /** The interpreter itself, whatever name or launcher it was found by. */
  executable: string;
  version: [number, number, number];
  /** It can install packages into a folder. */
  hasPip: boolean;
  /** It can make a virtual environment that has pip. */
  hasVenv: boolean;
}

/** The newest Python that the locked packages have wheels for, and the oldest. */
const newest = 14;
const oldest = 11;

/** Tried in this order; 3.14 late, as packages are tried less with it. */
const candidates: string[][] = [
  ...["python3.13", "python3.12", "python3.11", "python3.14", "python3", "python"].map((name) => [
    name,
  ]),
  ...(process.platform === "win32" ? ["-3.13", "-3.12", "-3.11", "-3"].map((v) => ["py", v]) : []),
];

/** Read off the interpreter itself: names and shims promise what they do not hold. */
const probe = `
import importlib.util as u, json, platform, sys
has = lambda name: u.find_spec(name) is not None
print(json.dumps({
    "executable": sys.executable,
    "version": list(sys.version_info[:3]),
    "fits": sys.maxsize > 2**32 and platform.python_implementation() == "CPython",
    "hasPip": has("pip"),
    "hasVenv": has("venv") and has("ensurepip"),
}))`;

const probeSchema = z.object({
  executable: z.string(),
  version: z.tuple([z.int(), z.int(), z.int()]),
  fits: z.boolean(),
  hasPip: z.boolean(),
  hasVenv: z.boolean(),
});

/** Every 64-bit CPython 3 in PATH, best first; old ones last, of use for fetching uv alone. */
export async function findPythons(env: NodeJS.ProcessEnv = process.env): Promise<Python[]> {
  const found: Python[] = [];
  for (const command of candidates) {
    const python = await tryPython(command, env);
    if (python && !found.some(({ executable }) => executable === python.executable))
      found.push(python);
    // The others would be looked at in vain, and each start takes its time.
    if (python && canTrain(python) && (python.hasPip || python.hasVenv)) break;
  }
  return [...found.filter(canTrain), ...found.filter((python) => !canTrain(python))];
}

/** Whether the locked packages install under it. */
export function canTrain({ version: [major, minor] }: Python): boolean {
  return major === 3 && minor >= oldest && minor <= newest;
}

async function tryPython(command: string[], env: NodeJS.ProcessEnv): Promise<Python | undefined> {
  const [program = "", ...args] = command;
  const { code, stdout } = await runTool(program, [...args, "-I", "-c", probe], { env });
  if (code !== 0) return undefined;
  const parsed = probeSchema.safeParse(parseJson(stdout));
  if (!parsed.success || !parsed.data.fits) return undefined;
  return parsed.data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
