import { expect, test } from "vitest";
import { progressLine } from "./engine-progress.ts";

test("progress carries sizes where they are known", () => {
  expect(progressLine({ step: "python", doneBytes: 1.6e6, totalBytes: 3e9, note: "torch" })).toBe(
    "Installing PyTorch and its companions: 2 MB of 3000 MB, torch",
  );
  expect(progressLine({ step: "verifying" })).toBe("Checking that everything loads …");
});
