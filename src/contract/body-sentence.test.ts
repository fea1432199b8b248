import { expect, test } from "vitest";
import { bodySentence } from "./body-sentence.ts";
import { decisionSentencesEn } from "./decisions.en.ts";
import { errorCodes } from "./errors.ts";

test("no code means an error here and a decision there", () => {
  expect(
    Object.keys(decisionSentencesEn).filter((code) => errorCodes.includes(code as never)),
  ).toEqual([]);
});

test("decisions and errors are said in German, unknown codes as they came", () => {
  const body = { code: "four_bit_off", params: { device: "AMD" }, message: "english" };
  expect(bodySentence(body, "de")).toContain("AMD");
  expect(bodySentence(body, "de")).not.toBe(bodySentence(body, "en"));
  expect(bodySentence({ ...body, code: "of_the_trainer" }, "de")).toBe("english");
});
