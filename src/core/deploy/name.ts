import { AppError } from "#contract/errors.ts";

/** The parts of a model's name in Ollama; the two defaults are what Ollama fills in by itself. */
export interface ModelName {
  readonly host: string;
  readonly namespace: string;
  readonly model: string;
  readonly tag: string;
}

type Part = keyof ModelName;

const defaults = { host: "registry.ollama.ai", namespace: "library", tag: "latest" };
const limits: Record<Part, number> = { host: 350, namespace: 80, model: 80, tag: 80 };
// Ollama's types/model/name.go: the first character is a letter, a digit or an underscore.
const patterns: Record<Part, RegExp> = {
  host: /^[a-z0-9_][a-z0-9_.:-]*$/i,
  namespace: /^[a-z0-9_][a-z0-9_-]*$/i,
  model: /^[a-z0-9_][a-z0-9_.-]*$/i,
  tag: /^[a-z0-9_][a-z0-9_.-]*$/i,
};

/**
 * A name as `model`, `model:tag`, `namespace/model:tag` or `host/namespace/model:tag`, checked by
 * Ollama's own rules and two of ours: capitals are refused, because Ollama compares names without
 * regard to them, and so are the endings that make Ollama look on another machine.
 * Errors, each with a valid `proposal`: ollama_name_empty, _character, _long, _capital, _reserved.
 */
export function parseModelName(name: string): ModelName {
  const proposal = proposeName(name);
  const parts = splitName(name);
  for (const part of ["host", "namespace", "model", "tag"] as const) {
    const text = parts[part];
    if (text === "") throw new AppError("ollama_name_empty", { name, part, proposal });
    if (!patterns[part].test(text)) {
      throw new AppError("ollama_name_character", {
        name,
        part,
        character: offendingCharacter(text, patterns[part]),
        proposal,
      });
    }
    if (text.length > limits[part]) {
      const [length, limit] = [text.length, limits[part]];
      throw new AppError("ollama_name_long", { name, part, length, limit, proposal });
    }
  }
  if (/[A-Z]/.test(name)) throw new AppError("ollama_name_capital", { name, proposal });
  if (isReservedTag(parts.tag)) {
    throw new AppError("ollama_name_reserved", { name, tag: parts.tag, proposal });
  }
  return parts;
}

/** The shortest text that names the model, always with its tag: the form that Ollama lists. */
export function showName(name: ModelName): string {
  const base = `${name.model}:${name.tag}`;
  if (name.host !== defaults.host) return `${name.host}/${name.namespace}/${base}`;
  return name.namespace === defaults.namespace ? base : `${name.namespace}/${base}`;
}

/** Whether two names mean one model in Ollama, which ignores capitals and fills in defaults. */
export function isSameModel(left: string, right: string): boolean {
  return showName(splitName(left.toLowerCase())) === showName(splitName(right.toLowerCase()));
}

/** A valid name as near to the wished one as the rules allow. */
export function proposeName(wish: string): string {
  const [base = "", ...tags] = wish.split("/").at(-1)?.split(":") ?? [];
  const model = tidy(base) || "my-model";
  const tag = tidy(tags.join("-"));
  return tag === "" || tag === defaults.tag || isReservedTag(tag) ? model : `${model}:${tag}`;
}

/** The first of `name:v2`, `name:v3`, … that is not among the models already there. */
export function proposeFreeName(name: ModelName, taken: readonly string[]): string {
  for (let number = 2; ; number += 1) {
    const proposal = showName({ ...name, tag: `v${number}` });
    if (!taken.some((other) => isSameModel(other, proposal))) return proposal;
  }
}

/** Splits as Ollama does: the tag behind the last colon that follows the last slash. */
function splitName(name: string): ModelName {
  const colon = name.lastIndexOf(":");
  const hasTag = colon > name.lastIndexOf("/");
  const path = (hasTag ? name.slice(0, colon) : name).split("/");
  const model = path.pop() ?? "";
  const namespace = path.pop() ?? defaults.namespace;
  const host = path.length > 0 ? path.join("/") : defaults.host;
  return { host, namespace, model, tag: hasTag ? name.slice(colon + 1) : defaults.tag };
}

function offendingCharacter(text: string, pattern: RegExp): string {
  const characters = Array.from(text);
  return (
    characters.find((character, at) => !pattern.test(at === 0 ? character : `a${character}`)) ?? ""
  );
}

/** Ollama's internal/modelref: these tags choose where a model runs, they do not name it. */
function isReservedTag(tag: string): boolean {
  return tag === "cloud" || tag === "local" || tag.endsWith("-cloud");
}

function tidy(text: string): string {
  return text
    .toLowerCase()
    .replaceAll("ß", "ss")
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/[^a-z0-9_.-]+/g, "-")
    .replace(/-{2,}/g, "-")
    .replace(/^[^a-z0-9_]+/, "")
    .slice(0, 80)
    .replace(/[-.]+$/, "");
}
