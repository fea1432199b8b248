import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { tryLock } from "../files/lock.ts";
import { markBegun, putIntoQueue } from "../runs/queue-entries.ts";
import { runPaths } from "../runs/run-paths.ts";
import { temporaryWorkspace } from "../testing/temporary-workspace.ts";
import { openWorkspace } from "../workspace.ts";
import { projectMigrations, projectVersion } from "./migrations.ts";
import {
  applyPreset,
  createProject,
  duplicateProject,
  listProjects,
  readProject,
  resetSection,
  updateProject,
} from "./projects.ts";
import { projectFolder } from "./store.ts";
import { deleteProject, listTrash, restoreProject } from "./trash.ts";

const fileOf = (home: string, slug: string) => join(home, "projects", slug, "project.json");
const readFileOf = async (home: string, slug: string) =>
  JSON.parse(await readFile(fileOf(home, slug), "utf8")) as Record<string, unknown>;

describe("names", () => {
  test("names in any script work, and names that make one slug get folders of their own", async () => {
    const ws = await temporaryWorkspace();
    const slugs = [];
    for (const name of ["空の色", "海", "Über Äpfel", "Sky!", "sky", "con", "x".repeat(120)]) {
      const project = await createProject(ws, { name });
      expect((await readProject(ws, project.slug)).name).toBe(name);
      slugs.push(project.slug);
    }
    expect(slugs.slice(0, 6)).toEqual([
      "project-1",
      "project-2",
      "ueber-aepfel",
      "sky",
      "sky-2",
      "project-3",
    ]);
    expect(slugs[6]).toHaveLength(48);
    expect((await listProjects(ws)).projects).toHaveLength(7);
  });

  test("many projects of one name made at once all get their own folder", async () => {
    const ws = await temporaryWorkspace();
    const made = await Promise.all([1, 2, 3, 4, 5].map(() => createProject(ws, { name: "Sky" })));
    expect(new Set(made.map(({ slug }) => slug)).size).toBe(5);
  });

  test.each([
    ["", "project_name_required"],
    [" \t", "project_name_required"],
    ["a\u0000b", "name_invalid"],
    ["x".repeat(121), "name_invalid"],
  ])("%j is refused", async (name, code) => {
    const ws = await temporaryWorkspace();
    await expect(createProject(ws, { name })).rejects.toMatchObject({ code });
    expect(await readdir(join(ws.home, "projects"))).toEqual([]);
  });

  test("a slug from outside never leaves the workspace", async () => {
    const ws = await temporaryWorkspace();
    await expect(readProject(ws, "../..")).rejects.toMatchObject({ code: "path_refused" });
    await expect(deleteProject(ws, "..")).rejects.toMatchObject({ code: "path_refused" });
    await expect(readProject(ws, "nobody")).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("updates", () => {
  test("a change to one section leaves all the rest alone; null is back to default", async () => {
    const ws = await temporaryWorkspace();
    const { slug } = await createProject(ws, {
      name: "Sky",
      description: "d",
      targetName: "sky:v1",
    });
    await updateProject(ws, slug, {
      training_config: { num_train_epochs: 5, seed: 7 },
      lora_config: { r: 8 },
      modelfile_config: { system: "" },
    });
    const before = await readProject(ws, slug);
    await updateProject(ws, slug, { training_config: { seed: null, learning_rate: 1e-3 } });
    const after = await readProject(ws, slug);
    expect(after.trainingConfig).toEqual({ num_train_epochs: 5, learning_rate: 1e-3 });
    const { trainingConfig: _a, revision: r1, updatedAt: _b, ...restBefore } = before;
    const { trainingConfig: _c, revision: r2, updatedAt: _d, ...restAfter } = after;
    expect(restAfter).toEqual(restBefore);
    expect(r2).toBe(r1 + 1);
    expect((await readFileOf(ws.home, slug))["trainingConfig"]).not.toHaveProperty("seed");
    expect((await updateProject(ws, slug, { lora_config: null })).loraConfig).toEqual({});
  });

  test.each([
    [{ training_config: { num_train_epochs: 101 } }, "parameter_range"],
    [{ training_config: { num_train_epochs: 2.5 } }, "parameter_type"],
    [{ training_config: { max_length: 500 } }, "parameter_option"],
    [{ lora_config: { rank: 8 } }, "parameter_unknown_no_match"],
    [{ lora_config: { lora_alfa: 8 } }, "parameter_unknown"],
    [{ training_config: { fp16: true, bf16: true } }, "precision_conflict"],
    [{ trainingConfig: {} }, "parameter_unknown"],
    [{ name: "" }, "project_name_required"],
    [{ targetName: "Sky Model" }, "ollama_name_character"],
  ])("%j is refused and nothing is saved", async (patch, code) => {
    const ws = await temporaryWorkspace();
    const { slug } = await createProject(ws, { name: "Sky" });
    const before = await readFile(fileOf(ws.home, slug), "utf8");
    const all = { description: "new", ...patch } as object;
    await expect(updateProject(ws, slug, all)).rejects.toMatchObject({ code });
    expect(await readFile(fileOf(ws.home, slug), "utf8")).toBe(before);
  });

  test("a stale revision is refused; updates at once are all kept", async () => {
    const ws = await temporaryWorkspace();
    const { slug } = await createProject(ws, { name: "Sky" });
    await updateProject(ws, slug, { description: "first" }, { revision: 0 });
    await expect(
      updateProject(ws, slug, { description: "second" }, { revision: 0 }),
    ).rejects.toMatchObject({ code: "revision_conflict", params: { current: 1, yours: 0 } });
    const keys = ["seed", "save_steps", "logging_steps", "num_train_epochs"];
    await Promise.all(
      keys.map((key) => updateProject(ws, slug, { training_config: { [key]: 9 } })),
    );
    const { trainingConfig, revision } = await readProject(ws, slug);
    expect(Object.keys(trainingConfig).sort()).toEqual([...keys].sort());
    expect(revision).toBe(5);
  });

  test("while a run goes on, settings stay; the name may change", async () => {
    const ws = await temporaryWorkspace();
    const { slug } = await createProject(ws, { name: "Sky" });
    const paths = runPaths(ws, slug, "20261122-100000-aaaa");
    await mkdir(paths.folder, { recursive: true });
    const entry = { slug, id: "20261122-100000-aaaa" };
    await putIntoQueue(ws, entry, { by: "person" });
    await markBegun(ws, entry);
    const lock = tryLock(paths.lock);
    const refused = { code: "project_training", params: { run: "20261122-100000-aaaa" } };
    await expect(updateProject(ws, slug, { lora_config: { r: 8 } })).rejects.toMatchObject(refused);
    await expect(applyPreset(ws, slug, "style")).rejects.toMatchObject(refused);
    await expect(deleteProject(ws, slug)).rejects.toMatchObject(refused);
    expect((await updateProject(ws, slug, { name: "New" })).name).toBe("New");
    lock?.release();
    expect((await updateProject(ws, slug, { lora_config: { r: 8 } })).loraConfig).toEqual({ r: 8 });
  });

  test("a preset replaces what presets speak of; a reset empties one section", async () => {
    const ws = await temporaryWorkspace();
    const { slug } = await createProject(ws, { name: "Sky" });
    await updateProject(ws, slug, {
      training_config: { seed: 1 },
      modelfile_config: { temperature: 0 },
    });
    const project = await applyPreset(ws, slug, "low_memory");
    expect(project.preset).toBe("low_memory");
    expect(project.trainingConfig).not.toHaveProperty("seed");
    expect(project.loraConfig).toEqual({ r: 8, lora_alpha: 16 });
    expect(project.modelfileConfig).toEqual({ temperature: 0 });
    const reset = await resetSection(ws, slug, "lora_config");
    expect(reset.loraConfig).toEqual({});
    expect(reset.trainingConfig).toEqual(project.trainingConfig);
    await expect(applyPreset(ws, slug, "magic")).rejects.toMatchObject({ code: "preset_unknown" });
  });
});

describe("the file", () => {
  test("every older version and the present one is read; each migration has its fixture", async () => {
    const fixtures = join(import.meta.dirname, "fixtures");
    const ws = await temporaryWorkspace();
    const versions = [...projectMigrations.map(({ from }) => from), projectVersion];
    for (const version of versions) {
      const text = await readFile(join(fixtures, `project-v${version}.json`), "utf8");
      await mkdir(projectFolder(ws, "sky"), { recursive: true });
      await writeFile(fileOf(ws.home, "sky"), text);
      expect(await readProject(ws, "sky")).toMatchObject({
        schemaVersion: projectVersion,
        revision: 7,
        preset: "small_data",
        loraConfig: { r: 16, target_modules: ["q_proj"] },
        modelfileConfig: { system: "You know the sky.", stop: [] },
      });
    }
  });

  test("what this version does not know is kept by an update", async () => {
    const ws = await temporaryWorkspace();
    const { slug } = await createProject(ws, { name: "Sky" });
    const file = await readFileOf(ws.home, slug);
    const more = { ...file, notes: ["mine"], loraConfig: { r: 8, new_thing: 1 } };
    await writeFile(fileOf(ws.home, slug), JSON.stringify(more));
    await updateProject(ws, slug, { lora_config: { lora_alpha: 16 } });
    const after = await readFileOf(ws.home, slug);
    expect(after["notes"]).toEqual(["mine"]);
    expect(after["loraConfig"]).toEqual({ r: 8, lora_alpha: 16, new_thing: 1 });
  });

  test("a newer file is refused, a wrong value is named, a torn file is set aside; all are listed", async () => {
    const ws = await temporaryWorkspace();
    for (const name of ["good", "newer", "wrong", "torn"]) await createProject(ws, { name });
    const change = async (slug: string, change: object) =>
      writeFile(
        fileOf(ws.home, slug),
        JSON.stringify({ ...(await readFileOf(ws.home, slug)), ...change }),
      );
    await change("newer", { schemaVersion: 2 });
    await change("wrong", { loraConfig: { r: 9999 } });
    await writeFile(fileOf(ws.home, "torn"), '{"schemaVersion": 1, "na');
    const { projects, problems } = await listProjects(ws);
    expect(projects.map(({ slug }) => slug)).toEqual(["good"]);
    expect(problems.map(({ code }) => code).sort()).toEqual([
      "file_invalid",
      "file_too_new",
      "file_unreadable",
    ]);
    expect(problems.find(({ code }) => code === "file_invalid")?.message).toContain("loraConfig.r");
    // Nothing was deleted or overwritten, and none of them can be updated over.
    expect(await readFileOf(ws.home, "newer")).toMatchObject({ schemaVersion: 2 });
    await expect(updateProject(ws, "newer", { name: "x" })).rejects.toMatchObject({
      code: "file_too_new",
    });
    expect(await readdir(projectFolder(ws, "torn"))).toEqual([
      expect.stringMatching(/^project\.json\.unreadable-/),
    ]);
  });
});

describe("deleting and copying", () => {
  test("a deleted project comes back with everything, under another slug if its own is taken", async () => {
    const ws = await temporaryWorkspace();
    const { slug } = await createProject(ws, { name: "Sky" });
    await updateProject(ws, slug, { lora_config: { r: 8 } });
    await mkdir(join(projectFolder(ws, slug), "data"));
    await writeFile(join(projectFolder(ws, slug), "data", "x.jsonl"), "x");
    const { trashId } = await deleteProject(ws, slug);
    expect((await listProjects(ws)).projects).toEqual([]);
    expect(await listTrash(ws)).toMatchObject([{ trashId, slug: "sky", name: "Sky" }]);
    await createProject(ws, { name: "sky" });
    const restored = await restoreProject(ws, trashId);
    expect(restored).toMatchObject({ slug: "sky-2", name: "Sky", loraConfig: { r: 8 } });
    expect((await readProject(ws, "sky-2")).slug).toBe("sky-2");
    expect(await readdir(join(projectFolder(ws, "sky-2"), "data"))).toEqual(["x.jsonl"]);
    expect(await listTrash(ws)).toEqual([]);
    await expect(restoreProject(ws, trashId)).rejects.toMatchObject({ code: "not_found" });
  });

  test("a copy has settings and data, and shares nothing with its original", async () => {
    const ws = await temporaryWorkspace();
    const { slug } = await createProject(ws, { name: "Sky" });
    await updateProject(ws, slug, { lora_config: { r: 8 } });
    const copy = await duplicateProject(ws, slug);
    expect(copy).toMatchObject({ name: "Sky (copy)", slug: "sky-copy", loraConfig: { r: 8 } });
    await updateProject(ws, copy.slug, { lora_config: { r: 16 } });
    expect((await readProject(ws, slug)).loraConfig).toEqual({ r: 8 });
  });
});

test("a workspace that cannot be written is said", async () => {
  const { home } = await temporaryWorkspace();
  await writeFile(join(home, "file"), "");
  await expect(openWorkspace({ home: join(home, "file", "inner") })).rejects.toMatchObject({
    code: "workspace_read_only",
  });
});
