import type { EngineProgress, EngineStep } from "../../src/core/engine/progress.ts";
import { say } from "./say.mjs";

const titles: Record<EngineStep, string> = {
  waiting: "Another Tunesmith is installing the training engine; waiting for it",
  checking: "Installing the training engine: looking at Python, git and disk",
  uv: "Fetching uv, which installs Python packages",
  python: "Installing PyTorch and its companions",
  compiling: "Compiling Python's modules, so that every later start is quick",
  llama: "Fetching llama.cpp",
  source: "Unpacking llama.cpp's converter",
  verifying: "Checking that everything loads",
};

/** One line for one state of an installation. */
export function progressLine({ step, doneBytes, totalBytes, note }: EngineProgress): string {
  const detail = [
    totalBytes ? `${megabytes(doneBytes ?? 0)} of ${megabytes(totalBytes)}` : "",
    note ?? "",
  ].filter(Boolean);
  return detail.length > 0 ? `${titles[step]}: ${detail.join(", ")}` : `${titles[step]} …`;
}

const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;

/**
 * Shows progress on stderr: in a terminal one line per step that changes in place, elsewhere at
 * most one line in two seconds.
 */
export function progressPrinter(stream = process.stderr): (progress: EngineProgress) => void {
  let step: EngineStep | undefined;
  let last = 0;
  return (progress) => {
    const isNew = progress.step !== step;
    const now = Date.now();
    if (stream.isTTY) {
      const line = progressLine(progress).slice(0, (stream.columns ?? 80) - 1);
      stream.write(`${step && isNew ? "\n" : ""}\r\u001B[2K${line}`);
    } else if (isNew || now - last > 2000) {
      say(progressLine(progress));
      last = now;
    }
    step = progress.step;
  };
}
