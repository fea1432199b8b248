import stringWidth from "string-width";
import { describe, expect, it } from "vitest";
import type { Report } from "#contract/run.ts";
import { fakeTerminal } from "#cli/testing/fake-terminal.ts";
import { learnedReport } from "#cli/testing/report.ts";
import { answersTable, printReport, scoreTable, spread } from "./result.ts";
import { verdictWords } from "./verdict.ts";

const run = { slug: "sky", number: 3 };

describe("verdictWords", () => {
  it("says what decided, with interval and number of rows", () => {
    expect(verdictWords(learnedReport)).toBe(
      "Better than the base. Expected answers: 10 % before, 97.5 % after, on 40 held-out rows. That is +87.5 points (95 % interval +77.5 to +95).",
    );
    expect(verdictWords({ ...learnedReport, decidedBy: "loss" })).toContain(
      "Held-out loss: 3.100 before, 0.120 after, on 40 rows (lower is better). That is -2.980 (95 % interval -3.200 to -2.700).",
    );
  });

  it("does not let a lower loss pass for right answers", () => {
    const tuned = learnedReport.tuned && { ...learnedReport.tuned, exactMatch: 0 };
    const report: Report = { ...learnedReport, decidedBy: "loss", tuned };
    expect(verdictWords(report)).toMatch(/None of its answers is word for word the expected one/);
    expect(verdictWords({ ...report, verdict: "worse" })).not.toContain("None of its answers");
    expect(verdictWords(learnedReport)).not.toContain("None of its answers");
  });

  it("claims nothing where nothing is proven or measured", () => {
    expect(verdictWords({ ...learnedReport, verdict: "not_proven" })).toMatch(/^Not proven/);
    expect(verdictWords({ ...learnedReport, verdict: "worse" })).toMatch(/^Worse/);
    const unmeasured: Report = {
      ...learnedReport,
      n: 0,
      base: null,
      tuned: null,
      gguf: null,
      differences: {},
      verdict: "not_measured",
      decidedBy: null,
      answers: [],
    };
    expect(verdictWords(unmeasured)).toMatch(/^Not measured/);
    expect(scoreTable(unmeasured, 80)).toBeUndefined();
  });
});

describe("printReport", () => {
  it("shows a sample and says how many there are", () => {
    const terminal = fakeTerminal({ width: 72 });
    printReport(terminal, learnedReport, 5, run);
    const text = terminal.lines.join("\n");
    expect(text).toContain("5 of 40; all: ");
    expect(text).toContain("show sky/3 --answers");
    expect(text).toContain("Better than the base.");
    expect(text).toContain("GGUF q8_0");
    for (const line of terminal.lines.slice(2, -1).join("\n").split("\n")) {
      expect(stringWidth(line)).toBeLessThanOrEqual(72);
    }
  });

  it("shows no control sequences of a model", () => {
    const [answer] = learnedReport.answers;
    if (!answer) throw new Error("the report has answers");
    expect(answersTable([{ ...answer, tuned: "\u001B[2Jred" }], 80)).not.toContain("\u001B");
  });
});

it("samples evenly instead of taking the first", () => {
  expect(spread([1, 2, 3], 5)).toEqual([1, 2, 3]);
  expect(spread([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], 4)).toEqual([0, 2, 5, 7]);
});
