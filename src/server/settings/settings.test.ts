import { afterEach, beforeEach, expect, test } from "vitest";
import { readSecrets } from "#core/settings.ts";
import { createHarness } from "../testing/harness.ts";
import type { Harness } from "../testing/harness.ts";

let server: Harness;
beforeEach(async () => {
  server = await createHarness();
});
afterEach(async () => {
  expect(server.log).toEqual([]);
  await server.close();
});

const patch = (json: unknown) => server.ask("PATCH", "/api/settings", { json });

test("settings are changed partly and go back with null", async () => {
  const defaults = {
    language: null,
    theme: "system",
    ollama_address: null,
    hugging_face_token_set: false,
    auto_resume: true,
    disk_reserve_bytes: null,
  };
  expect((await server.ask("GET", "/api/settings")).json).toEqual(defaults);
  const changes = { language: "de", ollama_address: "http://127.0.0.1:11500" };
  expect((await patch(changes)).json).toEqual({ ...defaults, ...changes });
  expect((await patch({ language: null })).json).toMatchObject({
    language: null,
    ollama_address: "http://127.0.0.1:11500",
  });
});

test("the token is stored and never returned", async () => {
  const reply = await patch({ hugging_face_token: "hf_secret" });
  expect(reply.json["hugging_face_token_set"]).toBe(true);
  expect(reply.text).not.toContain("hf_secret");
  expect((await server.ask("GET", "/api/settings")).text).not.toContain("hf_secret");
  expect(await readSecrets(server.workspace)).toMatchObject({ huggingFaceToken: "hf_secret" });
  expect((await patch({ hugging_face_token: null })).json["hugging_face_token_set"]).toBe(false);
});

test.each([
  [{ language: "fr" }, "parameter_option", "language"],
  [{ theme: "blue" }, "parameter_option", "theme"],
  [{ hugging_face_token: "" }, "parameter_range", "hugging_face_token"],
  [{ colour: 1 }, "parameter_unknown_no_match", "colour"],
  [{ langage: "de" }, "parameter_unknown", "langage"],
])("%j is refused and nothing is saved", async (fault, code, field) => {
  const { status, error } = await patch({ theme: "dark", ...fault });
  expect([status, error.code, error.params["field"]]).toEqual([422, code, field]);
  expect((await server.ask("GET", "/api/settings")).json["theme"]).toBe("system");
});
