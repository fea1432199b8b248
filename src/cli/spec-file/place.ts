import { AppError, type ErrorCode, type ErrorParams } from "#contract/errors.ts";
import type { LineCounter, Node } from "yaml";

/** Gives errors the place in the file that they speak of, as "train.yaml:7:3" in their parameter `at`. */
export interface Places {
  readonly file: string;
  readonly lines: LineCounter;
}

export function placed(
  { file, lines }: Places,
  node: unknown,
  code: ErrorCode,
  params: ErrorParams = {},
): AppError {
  const offset = (node as Node | null | undefined)?.range?.[0] ?? 0;
  const { line, col } = lines.linePos(offset);
  return new AppError(code, { ...params, at: `${file}:${line}:${col}` });
}

/** Runs a check and gives the AppError it throws the place of `node`. */
export function checkAt<T>(places: Places, node: unknown, check: () => T): T {
  try {
    return check();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    throw placed(places, node, error.code, error.params);
  }
}
