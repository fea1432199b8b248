import { AppError } from "#contract/errors.ts";
import { canTrain, findPythons, type Python } from "../python.ts";

/** The Python of this machine that an engine would be made with. */
export async function realPython(): Promise<Python> {
  const python = (await findPythons()).find(canTrain);
  if (!python) throw new AppError("engine_no_python", { command: "see tunesmith doctor" });
  return python;
}
