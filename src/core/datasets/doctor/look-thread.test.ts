import { expect, test } from "vitest";
import { temporaryWorkspace } from "../../testing/temporary-workspace.ts";
import { lookInThread } from "./look-thread.ts";

test("a fault in the thread comes out of it as what it is; a wish to stop is heard", async () => {
  const ws = await temporaryWorkspace();
  await expect(lookInThread(ws, "nowhere")).rejects.toMatchObject({ code: "not_found" });
  const stopped = lookInThread(ws, "nowhere", { signal: AbortSignal.abort() });
  await expect(stopped).rejects.toThrow("abort");
});
