import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { allParameters, registry } from "#contract/parameters/registry.ts";
import { sections } from "#contract/parameters/types.ts";
import type { ProjectReply } from "#contract/routes/projects.ts";
import type { ProjectMemory } from "#core/api.ts";
import { createHarness } from "../testing/harness.ts";
import type { Harness } from "../testing/harness.ts";
import { anotherValue, badValues } from "../testing/values.ts";

let server: Harness;
beforeEach(async () => {
  server = await createHarness();
});
afterEach(async () => {
  expect(server.log).toEqual([]);
  await server.close();
});

const create = async (json: unknown = { name: "Sky" }) =>
  (await server.ask<ProjectReply>("POST", "/api/projects", { json })).json;
const read = async (slug = "sky") =>
  (await server.ask<ProjectReply>("GET", `/api/projects/${slug}`)).json;
const patch = (json: unknown, slug = "sky") =>
  server.ask<ProjectReply>("PATCH", `/api/projects/${slug}`, { json });
const stored = async (slug = "sky"): Promise<unknown> =>
  JSON.parse(await readFile(join(server.workspace.home, "projects", slug, "project.json"), "utf8"));

test("a project from its creation to the trash and back", async () => {
  const { status, json } = await server.ask<ProjectReply>("POST", "/api/projects", {
    json: { name: "Sky", description: "About the sky" },
  });
  expect(status).toBe(201);
  expect(json).toMatchObject({
    slug: "sky",
    name: "Sky",
    model: "starter",
    target_name: "sky",
    training_config: {},
    active_run: null,
  });
  const list = await server.ask("GET", "/api/projects");
  expect(list.json).toMatchObject({ projects: [{ slug: "sky" }], problems: [] });

  const renamed = await patch({ name: "Himmel" });
  expect(renamed.json).toMatchObject({ slug: "sky", name: "Himmel", description: "About the sky" });

  const copy = await server.ask("POST", "/api/projects/sky/duplicate", { json: {} });
  expect([copy.status, copy.json["slug"]]).toEqual([201, "himmel-copy"]);

  const trashed = await server.ask<{ trash_id: string }>("DELETE", "/api/projects/sky");
  expect((await server.ask("GET", "/api/projects/sky")).error).toMatchObject({
    code: "not_found",
    params: { name: "sky" },
  });
  expect((await server.ask("GET", "/api/trash")).json["projects"]).toHaveLength(1);
  const restored = await server.ask("POST", `/api/trash/${trashed.json.trash_id}/restore`);
  expect(restored.json).toMatchObject({ slug: "sky", name: "Himmel" });
  expect((await server.ask("GET", "/api/trash")).json["projects"]).toEqual([]);
});

test("with everything at once, or not at all", async () => {
  const json = {
    name: "High",
    preset: "high_quality",
    target_name: "high:v2",
    lora_config: { r: 8, use_rslora: null },
    modelfile_config: { stop: ["a", "b"], temperature: 0.1 },
  };
  const project = await create(json);
  expect(project).toMatchObject({
    preset: "high_quality",
    target_name: "high:v2",
    lora_config: { r: 8, lora_alpha: 64 },
    modelfile_config: { stop: ["a", "b"], temperature: 0.1 },
  });
  expect(project.lora_config).not.toHaveProperty("use_rslora");

  for (const [fault, code] of [
    [{ preset: "best" }, "preset_unknown"],
    [{ lora_config: { r: 1 } }, "parameter_range"],
    [{ training_config: { fp16: true, bf16: true } }, "precision_conflict"],
    [{ target_name: "Not A Name" }, expect.stringMatching(/^ollama_name_/)],
    [{ colour: "blue" }, "parameter_unknown_no_match"],
    [{ lora_confg: {} }, "parameter_unknown"],
  ] as const) {
    const refused = await server.ask("POST", "/api/projects", { json: { name: "Low", ...fault } });
    expect([refused.status, refused.error.code]).toEqual([422, code]);
  }
  expect((await server.ask("GET", "/api/projects")).json["projects"]).toHaveLength(1);
});

test.each(["", "   ", "a\u0000b", "x".repeat(121), "\ud800"])(
  "the name %j is refused",
  async (name) => {
    const { status, error } = await server.ask("POST", "/api/projects", { json: { name } });
    expect(status).toBe(422);
    expect(["project_name_required", "name_invalid"]).toContain(error.code);
  },
);

test("names in any script, and twice the same, have folders of their own", async () => {
  const slugs = [];
  for (const name of ["空の色", "Sky!", "sky", "SKY"]) slugs.push((await create({ name })).slug);
  expect(new Set(slugs).size).toBe(4);
  for (const slug of slugs) expect((await read(slug)).slug).toBe(slug);
});

describe("settings", () => {
  beforeEach(() => create());

  test("absent = unchanged, null = back to default; one section never touches another", async () => {
    await patch({ modelfile_config: { temperature: 0.2, top_k: 7, stop: [] } });
    await patch({ training_config: { seed: 7, packing: false } });
    const { json } = await patch({ modelfile_config: { top_k: null, min_p: 0.05 } });
    expect(json.modelfile_config).toEqual({ temperature: 0.2, stop: [], min_p: 0.05 });
    expect(json.training_config).toEqual({ seed: 7, packing: false });
    expect(json.effective.modelfile_config).toMatchObject({
      temperature: 0.2,
      top_k: 40,
      min_p: 0.05,
      num_ctx: 2048,
      num_predict: null,
    });
    expect(await stored()).toMatchObject({
      modelfileConfig: { temperature: 0.2, stop: [], min_p: 0.05 },
    });
    // Null for a whole section puts all of it back.
    expect((await patch({ modelfile_config: null })).json).toMatchObject({
      modelfile_config: {},
      training_config: { seed: 7, packing: false },
    });
  });

  test("an update keeps what it does not name, even what only the file knows", async () => {
    const file = join(server.workspace.home, "projects", "sky", "project.json");
    const before = JSON.parse(await readFile(file, "utf8")) as Record<string, unknown>;
    await writeFile(
      file,
      JSON.stringify({ ...before, note: "mine", loraConfig: { r: 8, later_key: 1 } }),
    );
    await patch({ lora_config: { lora_alpha: 16 } });
    expect(await stored()).toMatchObject({
      note: "mine",
      loraConfig: { r: 8, later_key: 1, lora_alpha: 16 },
    });
  });

  test.each(
    allParameters.map((parameter) => [parameter.section, parameter.key, parameter] as const),
  )("%s.%s: set, read, refused out of bounds, reset", async (section, key, parameter) => {
    const value = anotherValue(parameter);
    const set = await patch({ [section]: { [key]: value } });
    expect(set.status).toBe(200);
    const after = await read();
    expect(after[section]).toEqual({ [key]: value });
    expect(Object.keys(after.effective[section])).toEqual(registry[section].map(({ key }) => key));

    const before = await stored();
    for (const [bad, code] of badValues(parameter)) {
      const { status, error } = await patch({
        name: "Changed",
        [section]: { [key]: bad },
      });
      expect([status, error.code], JSON.stringify(bad)).toEqual([422, code]);
      expect(error.params["field"]).toBe(`${section}.${key}`);
      expect(error.message).toContain(`${section}.${key}`);
    }
    expect(await stored()).toEqual(before);

    const reset = await patch({ [section]: { [key]: null } });
    expect(reset.json[section]).toEqual({});
  });

  test("a refusal names field, limit and value, in German where that is asked for", async () => {
    const json = { training_config: { num_train_epochs: 1000 } };
    const { error, headers } = await server.ask("PATCH", "/api/projects/sky", {
      json,
      headers: { "accept-language": "fr;q=0.9, de-AT, en;q=0.5" },
    });
    expect(error.code).toBe("parameter_range");
    expect(error.params).toEqual({
      field: "training_config.num_train_epochs",
      limit: "at least 1 and at most 100",
      value: "1000",
    });
    expect(headers.get("content-language")).toBe("de");
    const english = await patch(json);
    expect(english.headers.get("content-language")).toBe("en");
    expect(english.error.message).toContain("at most 100");
  });

  test.each([
    [
      { training_config: { num_train_epoch: 3 } },
      "parameter_unknown",
      "training_config.num_train_epoch",
    ],
    [{ lora_config: { zzz: 3 } }, "parameter_unknown_no_match", "lora_config.zzz"],
    [{ training_config: [] }, "parameter_type", "training_config"],
    [{ training_config: "all" }, "parameter_type", "training_config"],
    [{ naem: "Sky" }, "parameter_unknown", "naem"],
    [{ revision: -1 }, "parameter_range", "revision"],
    [{ revision: "one" }, "parameter_type", "revision"],
    [{ name: 7 }, "parameter_type", "name"],
    [[], "parameter_type", "the body"],
  ])("%j is refused", async (json, code, field) => {
    const before = await stored();
    const { status, error } = await patch(json);
    expect([status, error.code, error.params["field"]]).toEqual([422, code, field]);
    expect(await stored()).toEqual(before);
  });

  test("fp16 and bf16 exclude each other, whichever comes second", async () => {
    await patch({ training_config: { fp16: true } });
    expect((await patch({ training_config: { bf16: true } })).error.code).toBe(
      "precision_conflict",
    );
    expect((await read()).training_config).toEqual({ fp16: true });
  });

  test("a stale revision is refused and nothing is saved", async () => {
    const { revision } = await read();
    await patch({ lora_config: { r: 8 }, revision });
    const { status, error } = await patch({ lora_config: { r: 16 }, revision });
    expect([status, error.code]).toEqual([409, "revision_conflict"]);
    expect(error.params).toEqual({ name: "Sky", current: revision + 1, yours: revision });
    expect((await read()).lora_config).toEqual({ r: 8 });
  });

  test("presets and resets", async () => {
    await patch({ modelfile_config: { temperature: 0 }, training_config: { seed: 1 } });
    const preset = await server.ask<ProjectReply>("POST", "/api/projects/sky/preset", {
      json: { preset: "style" },
    });
    expect(preset.json).toMatchObject({
      preset: "style",
      training_config: { num_train_epochs: 2 },
      modelfile_config: { temperature: 0 },
    });
    expect(preset.json.training_config).not.toHaveProperty("seed");
    for (const section of sections) {
      const reset = await server.ask<ProjectReply>("POST", "/api/projects/sky/reset", {
        json: { section },
      });
      expect(reset.json[section]).toEqual({});
    }
    const unknown = await server.ask("POST", "/api/projects/sky/reset", { json: { section: "x" } });
    expect([unknown.status, unknown.error.code]).toEqual([422, "parameter_option"]);
  });
});

test("names from outside never become paths", async () => {
  await create();
  await writeFile(join(server.workspace.home, "secret.txt"), "secret");
  for (const name of ["..%2f..%2fsecret.txt", "..%5c..", "%2e%2e", "..", "a%2fb", "C%3A"]) {
    for (const [method, path] of [
      ["GET", `/api/projects/${name}/data`],
      ["GET", `/api/projects/sky/data/${name}`],
      ["PUT", `/api/projects/sky/data/${name}`],
      ["DELETE", `/api/projects/sky/data/${name}`],
      ["GET", `/api/projects/sky/runs/${name}`],
      ["DELETE", `/api/projects/${name}`],
    ] as const) {
      const { status, text } = await server.ask(
        method,
        path,
        method === "PUT" ? { body: "x" } : {},
      );
      expect([400, 404, 422], `${method} ${path}: ${status}`).toContain(status);
      expect(text).not.toContain("secret\n");
    }
  }
  expect(await readFile(join(server.workspace.home, "secret.txt"), "utf8")).toBe("secret");
  expect((await read()).data).toEqual([]);
});

test("a project that cannot be read is reported and does not hide the others", async () => {
  await create();
  await create({ name: "Sea" });
  await writeFile(join(server.workspace.home, "projects", "sea", "project.json"), "{");
  const { status, json } = await server.ask("GET", "/api/projects");
  expect(status).toBe(200);
  expect(json).toMatchObject({
    projects: [{ slug: "sky" }],
    problems: [{ code: "file_unreadable" }],
  });
  expect((await server.ask("GET", "/api/projects/sea")).status).toBe(500);
  await rm(join(server.workspace.home, "projects", "sea"), { recursive: true });
});

test("what is no JSON, or too large, is refused in words", async () => {
  const headers = { "content-type": "application/json" };
  const broken = await server.ask("POST", "/api/projects", { body: '{"name":', headers });
  expect([broken.status, broken.error.code]).toEqual([400, "bad_request"]);
  const large = await server.ask("POST", "/api/projects", {
    body: JSON.stringify({ name: "Sky", description: "x".repeat(11 << 20) }),
    headers: { ...headers, "content-length": String(11 << 20) },
  });
  expect([large.status, large.error.code]).toEqual([413, "body_too_large"]);
  const key = await server.ask("PUT", "/api/settings/endpoint-keys", {
    json: { address: "https://api.example", key: "x".repeat(11 << 20) },
  });
  expect([key.status, key.error.code]).toEqual([413, "body_too_large"]);
  const nowhere = await server.ask("GET", "/api/nothing");
  expect([nowhere.status, nowhere.error.code]).toEqual([404, "not_found"]);
});

test("the memory that training needs, by part; a model that is gone is a reason and no fault", async () => {
  await create();
  const memory = () => server.ask<ProjectMemory>("GET", "/api/projects/sky/memory");
  const { estimate, reason } = (await memory()).json;
  expect(reason).toBeNull();
  expect(estimate?.basis).toBe("max_length");
  expect(estimate?.parts.find(({ part }) => part === "weights")?.bytes).toBeGreaterThan(1e6);
  await patch({ model: "/nowhere" });
  expect((await memory()).json).toMatchObject({
    estimate: null,
    reason: { code: "model_not_found" },
  });
});
