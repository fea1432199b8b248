/**
 * Sees to it that the training engine is installed; loaded before the program by `npm start`, so
 * that one process does both. Ends the process where it cannot be installed.
 */
import { engineStatus } from "../src/core/engine/status.ts";
import { tunesmithHome } from "../src/core/home.ts";

const home = tunesmithHome();
// What installs is loaded only where there is something to install.
if ((await engineStatus(home)).state !== "ready") {
  const { provideEngine } = await import("./lib/provide-engine.ts");
  if (!(await provideEngine(home))) process.exit(1);
}
