import type { Language } from "#contract/errors.ts";
import { allParameters } from "#contract/parameters/registry.ts";
import type { Parameter, ParameterValue } from "#contract/parameters/types.ts";
import { limitWords } from "#contract/parameters/validate.ts";
import { parameterText } from "#contract/texts/index.ts";
import { renderTable } from "#cli/output/table.ts";
import { fullName, resolveParameter } from "#cli/settings/parse-setting.ts";
import type { Terminal } from "#cli/terminal.ts";

/** `tunesmith parameters`: every parameter with default, range and help, or the one that is named. */
export function parameters(terminal: Terminal, name: string | undefined): void {
  const chosen = name === undefined ? allParameters : matching(name);
  terminal.data(chosen.map((parameter) => parameterData(parameter, terminal.language)));
  if (terminal.json) return;
  const sections = new Set(chosen.map(({ section }) => section));
  for (const section of sections) {
    terminal.say(terminal.style("bold", section));
    terminal.say(
      table(
        chosen.filter((parameter) => parameter.section === section),
        terminal,
      ),
    );
    terminal.say();
  }
  const [only, other] = chosen;
  if (only && !other) {
    terminal.say(parameterText(only, terminal.language).advice);
    terminal.say();
  }
  terminal.say(
    "Set them in a spec file or with --set key=value; unset means the default. A default “a / b” is for CUDA / CPU.",
  );
}

/** A section's parameters, every parameter of a key, or the one of a full name. */
function matching(name: string): readonly Parameter[] {
  const found = allParameters.filter(({ section, key }) => section === name || key === name);
  return found.length > 0 ? found : [resolveParameter(name)];
}

function table(rows: readonly Parameter[], terminal: Terminal): string {
  return renderTable(
    [
      { title: "Key", minimum: Math.max(...rows.map(({ key }) => key.length)) },
      { title: "Default", minimum: 12 },
      { title: "Allowed", minimum: 16, weight: 1.5 },
      { title: "What it does", minimum: 20, weight: 4 },
    ],
    rows.map((parameter) => [
      parameter.key,
      defaultWords(parameter),
      allowedWords(parameter),
      parameterText(parameter, terminal.language).help,
    ]),
    terminal.width,
  );
}

/** The default as a person reads it. */
export function defaultWords({ default: rule }: Parameter): string {
  if (rule.kind === "automatic") return "automatic";
  if (rule.kind === "device") return `${valueWords(rule.cuda)} / ${valueWords(rule.cpu)}`;
  return rule.value === null ? "unset" : valueWords(rule.value);
}

const valueWords = (value: ParameterValue): string =>
  Array.isArray(value) ? JSON.stringify(value) : String(value);

/** The allowed values: the options, the bounds, or the type. */
export function allowedWords(parameter: Parameter): string {
  if (parameter.options) {
    const list = parameter.options.join(", ");
    return parameter.type === "strings" ? `any of ${list}` : list;
  }
  const { type, minimum, maximum, minimumExclusive } = parameter;
  if (type === "bool") return "true, false";
  if (minimum === undefined) return limitWords(parameter) || "any text";
  const low = minimumExclusive ? `above ${minimum}` : `${minimum}`;
  return maximum === undefined ? `from ${low}` : `${low} to ${maximum}`;
}

function parameterData(parameter: Parameter, language: Language): Record<string, unknown> {
  const { schema: _schema, ...data } = parameter;
  return { name: fullName(parameter), ...data, ...parameterText(parameter, language) };
}
