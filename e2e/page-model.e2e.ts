import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { createClient } from "#contract/client.ts";
import { makePairs, parquet } from "#core/datasets/formats/testing/make-files.ts";
import { commitOf, starterId, startHub, type TestHub } from "#core/hub/testing/hub-server.ts";
import { violations } from "./testing/axe.ts";
import { makeProject } from "./testing/make-project.ts";
import { noBrowser, openPage } from "./testing/browser.ts";
import { browser, page, soon, studio, useStudioPage, watched } from "./testing/studio-page.ts";

const slug = "harbour";

describe("the model section, from a search on the hub to a trained model", () => {
  let hub: TestHub;
  let cache: string;

  beforeAll(async () => {
    if (noBrowser !== undefined) return;
    hub = await startHub();
    cache = await mkdtemp(join(tmpdir(), "tunesmith-cache-"));
    vi.stubEnv("HF_ENDPOINT", hub.url);
    vi.stubEnv("HF_HUB_CACHE", cache);
    vi.stubEnv("HF_HUB_OFFLINE", "");
    vi.stubEnv("HF_HUB_DISABLE_IMPLICIT_TOKEN", "1");
  });
  afterAll(async () => {
    await hub?.close();
    if (cache) await rm(cache, { recursive: true, force: true, maxRetries: 5 });
    vi.unstubAllEnvs();
  });
  useStudioPage();
  beforeAll(async () => {
    if (noBrowser === undefined) await makeProject(page, "Harbour");
  });

  const api = () => createClient({ fetch, base: studio.url.replace(/\/$/, "") });
  const card = (id: string) => page.locator(`.mgrid:not(.mfound .mgrid) [data-model="${id}"]`);
  const found = (id: string) => page.locator(`.mfound [data-model="${id}"]`);
  const search = async (words: string) => {
    await page.getByRole("searchbox").fill(words);
    await page.getByRole("button", { name: "Search the hub" }).click();
  };

  it("shows starter and catalogue with what each needs here, and asks the hub nothing", async () => {
    await page.goto(`/projects/${slug}/model`);
    await card("HuggingFaceTB/SmolLM2-135M-Instruct").getByText("272 MB").waitFor();
    expect(await page.locator("[data-model]").count()).toBeGreaterThan(10);
    await card("HuggingFaceTB/SmolLM2-135M-Instruct")
      .getByText(/of .* free/)
      .waitFor();
    const gated = card("meta-llama/Llama-3.2-1B-Instruct");
    const terms = gated.getByRole("link", { name: "Read terms" });
    expect(await terms.getAttribute("href")).toBe(`${hub.url}/meta-llama/Llama-3.2-1B-Instruct`);

    await page.getByLabel("language", { exact: true }).selectOption("de");
    await expect.poll(() => card("google/gemma-3-1b-it").count(), soon).toBe(0);
    expect(await gated.count()).toBe(1);
    await page.getByLabel("language", { exact: true }).selectOption("");
    expect(hub.seen).toEqual([]);
  });

  it("searches the hub when asked to, and says what it left out", async () => {
    const tags = ["text-generation", "safetensors"];
    hub.models.set("acme/starter-awq", { files: {}, tags: [...tags, "awq"] });
    await page.getByRole("searchbox").fill("starter");
    expect(hub.seen).toEqual([]);
    await page.getByRole("button", { name: "Search the hub" }).click();
    await found(starterId).getByText("7.5 MB").waitFor();
    await page.getByText("1 quantised model left out").waitFor();
    expect(hub.seen).toHaveLength(1);
  });

  it("downloads with progress, which a reload does not lose, and pauses", async () => {
    hub.hold = 300_000;
    await found(starterId).getByRole("button", { name: "Download starter" }).click();
    await card(starterId).getByRole("progressbar").waitFor();
    await page.reload();
    const going = card(starterId);
    await going.getByText(/of 7\.\d MB/).waitFor();
    await going.getByRole("button", { name: "Pause download" }).click();
    await going.getByText(/^Stopped at .* Nothing is lost\.$/).waitFor();
    hub.flow();
  });

  it("tells in words what went wrong, and goes on where it was", async () => {
    hub.faults.push({ path: "model.safetensors", kind: "status", status: 404 });
    await card(starterId).getByRole("button", { name: "Go on with starter" }).click();
    await card(starterId)
      .getByRole("alert")
      .getByText(/has no tunesmith\/starter/)
      .waitFor();
    hub.faults.length = 0;
    hub.seen.length = 0;
    await card(starterId).getByRole("button", { name: "Go on with starter" }).click();
    await card(starterId).getByRole("button", { name: "Choose starter" }).waitFor();
    expect(hub.seen.some(({ range }) => range !== undefined)).toBe(true);
  });

  it("says that the network is gone in the middle of a download, and goes on later", async () => {
    hub.models.set("acme/far", { ...hub.models.get(starterId)! });
    await search("acme/far");
    hub.faults.push({ path: "model.safetensors", kind: "drop" });
    await found("acme/far").getByRole("button", { name: "Download far" }).click();
    const alert = found("acme/far").getByRole("alert");
    await alert.getByText(/broke|lost|reach/).waitFor({ timeout: 120_000 });
    hub.faults.length = 0;
    await found("acme/far").getByRole("button", { name: "Go on with far" }).click();
    await found("acme/far").getByRole("button", { name: "Choose far" }).waitFor();
  });

  it("asks for a token where a model is gated, keeps it secret, and takes it back", async () => {
    hub.models.set("acme/secret", {
      ...hub.models.get(starterId)!,
      gated: "manual",
      files: { ...hub.models.get(starterId)!.files, LICENSE: Buffer.from("other\n") },
    });
    hub.tokens.set("hf_mine", ["acme/secret"]);
    await search("acme/secret");
    await found("acme/secret").getByRole("button", { name: "Access token" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Access token").last().fill("hf_wrong");
    await dialog.getByRole("button", { name: "Save token" }).click();
    await dialog.waitFor({ state: "hidden" });
    await page.getByRole("button", { name: "Access token is set" }).waitFor();
    await found("acme/secret").getByRole("button", { name: "Download secret" }).click();
    const alert = found("acme/secret").getByRole("alert");
    await alert.getByText(/does not accept the access token/).waitFor();

    await found("acme/secret").getByRole("button", { name: "Access token" }).click();
    await dialog.getByLabel("Access token").last().fill("hf_mine");
    await dialog.getByRole("button", { name: "Save token" }).click();
    await dialog.waitFor({ state: "hidden" });
    await found("acme/secret")
      .getByRole("button", { name: /^(Go on with|Download) secret$/ })
      .click();
    await found("acme/secret").getByRole("button", { name: "Choose secret" }).waitFor();
    expect(await page.content()).not.toContain("hf_mine");

    await page.getByRole("button", { name: "Access token is set" }).click();
    await dialog.getByRole("button", { name: "Remove token" }).click();
    await page.getByRole("button", { name: "No access token" }).waitFor();
  });

  it("brings a dataset of the hub into the project", async () => {
    hub.datasets.set("acme/lighthouses", {
      files: { "default/train/0000.parquet": parquet(makePairs(20)) },
      parquet: { default: { train: ["default/train/0000.parquet"] } },
    });
    watched.expectFailures(/hub\/dataset/);
    await page.goto(`/projects/${slug}/examples`);
    await page.getByRole("button", { name: "From the hub" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Name of the dataset").fill("acme/none");
    await dialog.getByRole("button", { name: "Look it up" }).click();
    await dialog
      .getByRole("alert")
      .getByText(/has no acme\/none/)
      .waitFor();
    await dialog.getByLabel("Name of the dataset").fill("acme/lighthouses");
    await dialog.getByRole("button", { name: "Look it up" }).click();
    await dialog.getByLabel("Subset and split").waitFor();
    expect(await violations(page)).toEqual([]);
    await dialog.getByRole("button", { name: "Download" }).click();
    await dialog.waitFor({ state: "hidden" });
    await page.getByText("lighthouses-train.parquet").first().waitFor();
    expect((await studio.project(slug)).data.map(({ name }) => name)).toContain(
      "lighthouses-train.parquet",
    );
    await page.goto(`/projects/${slug}/model`);
    await card("starter").waitFor();
    await api().request("DELETE /api/projects/{project}/data/{file}", {
      params: { project: slug, file: "lighthouses-train.parquet" },
    });
  });

  it.each([
    ["in light English", { colorScheme: "light", locale: "en-GB" }],
    ["in dark German", { colorScheme: "dark", locale: "de-DE" }],
    ["on a phone", { viewport: { width: 360, height: 740 } }],
  ] as const)("has nothing that axe finds, %s", async (_, options) => {
    const other = await openPage(browser, studio.url, { ...options });
    await other.page.goto(`/projects/${slug}/model`);
    await other.page.locator("[data-model]").nth(5).waitFor();
    await other.page.locator(".fitbar").first().waitFor();
    expect(await violations(other.page)).toEqual([]);
    const wide = await other.page.evaluate(
      "document.documentElement.scrollWidth - document.documentElement.clientWidth",
    );
    expect(wide).toBe(0);
    expect(other.takeFaults()).toEqual([]);
    await other.page.context().close();
  });

  it("trains the downloaded model, its commit frozen into the run", async () => {
    await page.goto(`/projects/${slug}/model`);
    await card(starterId).getByRole("button", { name: "Choose starter" }).click();
    await card(starterId).getByText("Chosen for this project").waitFor();
    expect((await studio.project(slug)).model).toBe(starterId);

    const run = await api().request("POST /api/projects/{project}/runs", {
      params: { project: slug },
      json: { training_config: { num_train_epochs: 1 } },
    });
    const params = { project: slug, run: run.id };
    const read = () => api().request("GET /api/projects/{project}/runs/{run}", { params });
    await expect
      .poll(async () => (await read()).state.status, { timeout: 400_000, interval: 500 })
      .toMatch(/finished|failed|interrupted/);
    const ended = await read();
    expect(ended.state.error).toBeNull();
    expect(ended.spec.model).toMatchObject({
      id: starterId,
      revision: commitOf(hub.models.get(starterId)!),
      architecture: "LlamaForCausalLM",
    });
  });
});
