import { expect, test } from "vitest";
import { temporaryWorkspace } from "../testing/temporary-workspace.ts";
import { inDataThread } from "./data-thread.ts";

test("a fault in the thread comes out of it as what it is; a wish to stop is heard", async () => {
  const ws = await temporaryWorkspace();
  const work = { home: ws.home, slug: "nowhere" };
  await expect(inDataThread("look", work)).rejects.toMatchObject({ code: "not_found" });
  const stopped = inDataThread("look", work, { signal: AbortSignal.abort() });
  await expect(stopped).rejects.toThrow("abort");
});
