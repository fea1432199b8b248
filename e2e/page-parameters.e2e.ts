import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { allParameters } from "#contract/parameters/registry.ts";
import { sections, type Parameter, type ParameterValue } from "#contract/parameters/types.ts";
import { sectionKeys } from "#contract/project.ts";
import type { RunSpec } from "#contract/run.ts";
import { parseModelfile } from "#core/deploy/modelfile-parser.ts";
import { noBrowser } from "./testing/browser.ts";
import {
  makeModelWithBiases,
  readLiveSettings,
  type LiveSettings,
} from "./testing/live-settings.ts";
import { makeProject } from "./testing/make-project.ts";
import { parameterCases } from "./testing/parameter-cases.ts";
import { fieldOf, setParameter } from "./testing/set-parameter.ts";
import { page, soon, studio, useStudioPage, withoutOllama } from "./testing/studio-page.ts";

const training = 400_000;
const specSections = {
  training_config: "training",
  lora_config: "lora",
  quantization_config: "quantization",
  modelfile_config: "modelfile",
} as const;

describe("every parameter of every section, from the page to the objects that train", () => {
  let modelFolder: string;

  useStudioPage(withoutOllama);
  beforeAll(async () => {
    if (noBrowser === undefined) modelFolder = await makeModelWithBiases(studio.home);
  });

  it("covers the registry", () => {
    const covered = parameterCases().flatMap(({ cases }) =>
      cases.map(({ parameter }) => parameter),
    );
    expect(new Set(covered)).toEqual(new Set(allParameters));
  });

  describe.each(parameterCases())("with $name", ({ name, cases }) => {
    const slug = name.replace(/\W+/g, "-").toLowerCase();
    const wanted = new Map<Parameter, ParameterValue>();
    let folder: string;
    let spec: RunSpec;
    let live: LiveSettings;

    it("prepares a project", async () => {
      await makeProject(page, name);
      await useModel(slug, modelFolder);
      await openTraining(slug);
    });

    it.each(cases.map(({ parameter, choose }) => ({ ...parameter, parameter, choose })))(
      "changes $key of $section in the page, and it is saved",
      async ({ parameter, choose }) => {
        const { section, key } = parameter;
        const control = fieldOf(page, parameter).locator(".switch");
        const value = choose((await control.count()) > 0 && (await control.isChecked()));
        await setParameter(page, parameter, value);
        await expect
          .poll(async () => (await studio.project(slug))[sectionKeys[section]][key], soon)
          .toEqual(value);
        wanted.set(parameter, value);
      },
    );

    it("starts from the page, locks the settings, and freezes every one of them", async () => {
      ({ folder, spec } = await startFromPage(slug));
      for (const [{ section, key }, value] of wanted) {
        const frozen = spec[specSections[section]][key];
        // The model's own end marks are always added.
        if (key === "stop") expect(frozen).toEqual(expect.arrayContaining(value as string[]));
        else expect([key, sorted(frozen)]).toEqual([key, sorted(value)]);
      }
      const other = await page.context().newPage();
      await other.goto(`/projects/${slug}/training`);
      await other.getByText("Run 1 is training with these settings.").waitFor();
      expect(await other.getByRole("button", { name: "Start training" }).isDisabled()).toBe(true);
      expect(await other.locator("[data-parameter] input:enabled").count()).toBe(0);
      await other.close();
    });

    it("trains with them to the end", async () => {
      await page.getByRole("link", { name: "See the result" }).waitFor({ timeout: training });
    });

    it("finds them again in the objects that train", async () => {
      live = await readLiveSettings(folder);
      const reach = [...wanted].filter(([{ section }]) => section !== "modelfile_config");
      for (const [{ key }, value] of reach)
        expect([key, expectedLive(key, live[key], value, spec)]).toEqual([key, sorted(value)]);
    });

    it("finds them again in what Ollama gets", async () => {
      const commands = parseModelfile(await readFile(join(folder, "Modelfile"), "utf8"));
      const served = [...wanted].filter(([{ section }]) => section === "modelfile_config");
      for (const [{ key }, value] of served) {
        const found = commands.filter((command) => command.name === key).map(({ args }) => args);
        if (Array.isArray(value)) expect(found).toEqual(expect.arrayContaining(value));
        else expect([key, found]).toEqual([key, [String(value)]]);
      }
    });
  });

  describe("an untouched project", () => {
    const slug = "untouched";
    let folder: string;
    let spec: RunSpec;

    it("trains and serves with all defaults", async () => {
      await makeProject(page, "Untouched");
      await openTraining(slug);
      expect(await page.locator("[data-parameter].changed").count()).toBe(0);
      ({ folder, spec } = await startFromPage(slug));
      const project = await studio.project(slug);
      for (const section of sections)
        expect(
          Object.values(project[sectionKeys[section]]).filter((value) => value !== null),
        ).toEqual([]);
      await page.getByRole("link", { name: "See the result" }).waitFor({ timeout: training });
    });

    it("has each default of the registry frozen and in the objects that train", async () => {
      const live = await readLiveSettings(folder);
      for (const { section, key, default: rule } of allParameters) {
        const frozen = spec[specSections[section]][key];
        if (rule.kind === "fixed" && rule.value !== null && !givesWay.has(key))
          expect([key, frozen]).toEqual([key, rule.value]);
        if (rule.kind === "fixed" && rule.value === null) expect(frozen).toBeUndefined();
        if (section === "modelfile_config" || onlyIn4Bit(key)) continue;
        expect([key, expectedLive(key, live[key], frozen, spec)]).toEqual([key, sorted(frozen)]);
      }
    });

    it("answers in the chat", async () => {
      await page.getByRole("link", { name: "See the result" }).click();
      const question = page.getByRole("textbox", { name: "Ask as a user would" });
      await question.fill("What colour is Corvane?");
      await question.press("Enter");
      await page
        .locator(".turn.it")
        .getByText(/stopped/)
        .waitFor({ timeout: 120_000 });
    });
  });

  async function useModel(slug: string, model: string): Promise<void> {
    const url = `${studio.url}api/projects/${slug}`;
    const headers = { "content-type": "application/json" };
    const body = JSON.stringify({ model });
    expect((await fetch(url, { method: "PATCH", headers, body })).status).toBe(200);
  }

  async function openTraining(slug: string): Promise<void> {
    await page.goto(`/projects/${slug}/training`);
    for (const section of sections) {
      const part = page.locator(`details[data-section="${section}"]`);
      await part.waitFor();
      if ((await part.getAttribute("open")) === null) await part.locator("summary").click();
    }
  }

  async function startFromPage(slug: string): Promise<{ folder: string; spec: RunSpec }> {
    const start = page.getByRole("button", { name: "Start training" });
    await expect.poll(() => start.isEnabled(), { timeout: 120_000, interval: 100 }).toBe(true);
    await start.click();
    await page.waitForURL(/\/runs\/[^/]+$/, { timeout: 60_000 });
    const id = new URL(page.url()).pathname.split("/").at(-1) ?? "";
    const folder = join(studio.home, "projects", slug, "runs", id);
    return {
      folder,
      spec: JSON.parse(await readFile(join(folder, "run.json"), "utf8")) as RunSpec,
    };
  }
});

/** Defaults that give way to the rows, the model or the device; a decision says so. */
const givesWay = new Set(["packing", "stop", "bnb_4bit_compute_dtype"]);

/** Settings of the 4-bit weights are nowhere to be found where there are none. */
const onlyIn4Bit = (key: string): boolean => key.startsWith("bnb_4bit");

const sorted = (value: unknown): unknown =>
  Array.isArray(value) ? value.map(String).toSorted() : value;

/** The live value; a share of the steps has become whole steps. */
function expectedLive(key: string, found: unknown, wanted: unknown, { plan }: RunSpec): unknown {
  if (key === "warmup_ratio" && typeof found === "number" && typeof wanted === "number")
    return Math.abs(found - wanted) <= 1 / plan.optimizerSteps ? wanted : found;
  return sorted(found);
}
