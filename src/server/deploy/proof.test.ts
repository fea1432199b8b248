import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { proofWithTools } from "#contract/testing/tool-proof.ts";
import * as core from "#core/api.ts";
import { createHarness } from "../testing/harness.ts";
import { makeRunFolder } from "../testing/run-folder.ts";

test("what is proven of rows with tools is said in the language of the request", async () => {
  const server = await createHarness();
  const id = "20261122-153726-k3f9";
  await server.ask("POST", "/api/projects", { json: { name: "Sky" } });
  await makeRunFolder(server.workspace, "sky", { id });
  const { folder } = await core.runFiles(server.workspace, "sky", id);
  await writeFile(join(folder, "ollama-proof.json"), JSON.stringify(proofWithTools));
  const ask = async (language: string) =>
    (
      await server.ask("GET", `/api/projects/sky/runs/${id}/proof`, {
        headers: { "Accept-Language": language },
      })
    ).json;
  const english = await ask("en");
  expect(english).toMatchObject({ ...proofWithTools, error: null });
  expect(english["toolSummary"]).toMatchObject({
    code: "tools_some_differ",
    message: expect.stringContaining("2 differ"),
  });
  const german = await ask("de");
  expect(german["toolSummary"]).toMatchObject({
    message: expect.stringContaining("2 weichen ab"),
  });
  expect(german["toolProof"]).toMatchObject({
    equal: 1,
    differing: [{ causes: [{ message: "Ollama lässt strict weg." }, {}] }, {}],
  });
  expect(server.log).toEqual([]);
  await server.close();
});
