import { allParameters } from "#contract/parameters/registry.ts";
import type { Parameter, ParameterValue } from "#contract/parameters/types.ts";
import { otherValue } from "./parameter-values.ts";

/** `on`: what a switch shows that stands on its default, as that may depend on the machine. */
export type Choose = (on: boolean) => ParameterValue;
export interface ParameterCase {
  parameter: Parameter;
  choose: Choose;
}

/** Parameters that mean nothing beside one another: 4-bit weights have their own number formats. */
const apart = (parameter: Parameter): boolean =>
  parameter.section === "quantization_config" && parameter.key.includes("4bit");

/**
 * Every parameter of the registry once, with a value other than its default, in two combinations:
 * what belongs to 4-bit weights, with bf16 instead of fp16, and everything else.
 */
export function parameterCases(): { name: string; cases: ParameterCase[] }[] {
  const of = (parameters: Parameter[]) =>
    parameters.map((parameter) => ({ parameter, choose: chooserOf(parameter) }));
  const second = (parameter: Parameter) => apart(parameter) || parameter.key === "bf16";
  return [
    { name: "16-bit weights", cases: of(allParameters.filter((one) => !second(one))) },
    { name: "4-bit weights", cases: of(allParameters.filter(second)) },
  ];
}

function chooserOf(parameter: Parameter): Choose {
  // Where another parameter counts only beside a certain value of this one, it gets that value.
  const needed = allParameters.find(
    ({ section, appliesWhen }) =>
      section === parameter.section && appliesWhen?.key === parameter.key,
  )?.appliesWhen?.is[0];
  return (on) => needed ?? otherValue(parameter, on);
}
