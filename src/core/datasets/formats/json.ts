import type { ReadOptions } from "./bytes.ts";
import { readText } from "./bytes.ts";
import { longestRow } from "./format.ts";
import type { RawRow, ReadPlan } from "./format.ts";
import { fault } from "../fault.ts";
import { jsonElements } from "./json-elements.ts";
import { parseJson } from "./parse-json.ts";

/** Rows of a JSON file: the elements of its list, numbered from 1. */
export async function* readJson(
  path: string,
  plan: ReadPlan,
  options?: ReadOptions,
): AsyncGenerator<RawRow[]> {
  let row = 0;
  const text = readText(path, plan, options);
  for await (const elements of jsonElements(text, plan.jsonRoot, longestRow)) {
    yield elements.map((element) => {
      row += 1;
      const read =
        "cutOff" in element ? fault("row_cut_off") : parseJson(element.bytes, element.length);
      return { line: row, place: { row }, ...read };
    });
  }
}
