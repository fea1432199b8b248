import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, it, vi } from "vitest";
import { startOllama } from "#core/deploy/testing/ollama-server.ts";
import { enginePaths } from "#core/engine/paths.ts";
import { starterFolder } from "#core/models/reference.ts";
import { makeProject } from "./testing/make-project.ts";
import { page, soon, studio, useStudioPage, watched } from "./testing/studio-page.ts";

const part = (name: string) => page.getByRole("region", { name });

describe("what the page is connected with", () => {
  useStudioPage();
  afterAll(() => vi.unstubAllEnvs());

  it("stores an access token, never shows it, and forgets it", async () => {
    const secrets = () => readFile(join(studio.home, "secrets.json"), "utf8").catch(() => "");
    await page.goto("/settings");
    const connections = part("Connections");
    const field = connections.getByLabel("Hugging Face token");
    const store = connections.getByRole("button", { name: "Store" }).last();
    await connections.getByText("None is stored.").waitFor();
    expect(await store.isDisabled()).toBe(true);
    await field.fill("hf_of_this_test");
    await store.click();
    await connections.getByText("A token is stored and is never shown.").waitFor();
    expect(await secrets()).toContain("hf_of_this_test");
    expect(await field.inputValue()).toBe("");
    await page.reload();
    await connections.getByText("A token is stored and is never shown.").waitFor();
    expect(await page.content()).not.toContain("hf_of_this_test");
    await connections.getByRole("button", { name: "Forget it" }).click();
    await connections.getByText("None is stored.").waitFor();
    expect(await secrets()).not.toContain("hf_of_this_test");
  });

  it("asks Ollama at the address that is stored, again by a press", async () => {
    const ollama = await startOllama();
    try {
      const connections = part("Connections");
      await connections.getByText("Ollama does not answer").waitFor();
      await connections.getByLabel("Ollama address").fill(ollama.address);
      await connections.getByRole("button", { name: "Store" }).first().click();
      await connections.getByText(`answers at ${ollama.address}`).waitFor();
    } finally {
      await ollama.stop();
    }
    await part("Connections").getByRole("button", { name: "Try" }).click();
    await part("Connections").getByText("Ollama does not answer").waitFor();
  });

  it("refuses an address that is none, and keeps what was typed", async () => {
    watched.expectFailures(/\/api\/settings$/);
    const field = part("Connections").getByLabel("Ollama address");
    await field.fill("ftp://nowhere");
    await part("Connections").getByRole("button", { name: "Store" }).first().click();
    await part("Connections").getByRole("alert").waitFor();
    expect(await field.inputValue()).toBe("ftp://nowhere");
  });

  it("says what of the engine is gone, and checks the whole of it", async () => {
    const python = process.env["TUNESMITH_PYTHON"];
    const folder = await mkdtemp(join(tmpdir(), "tunesmith-engine-"));
    try {
      // Installed by its stamp, with an interpreter that went away.
      vi.stubEnv("TUNESMITH_ENGINE", folder);
      vi.stubEnv("TUNESMITH_PYTHON", join(folder, "gone", "python"));
      const { stamp } = enginePaths(studio.home);
      await mkdir(dirname(stamp), { recursive: true });
      const versions = { python: "3.11", torch: "2.15.0" };
      const createdAt = "2026-01-01T00:00:00Z";
      await writeFile(stamp, JSON.stringify({ schemaVersion: 1, id: "x", createdAt, versions }));
      await page.goto("/settings");
      const engine = part("Engine");
      await engine.getByText("damaged", { exact: true }).waitFor();
      await engine.getByText(join(folder, "gone", "python")).waitFor();
      expect(await engine.getByRole("button", { name: "Check and repair" }).isEnabled()).toBe(true);

      // It is there again: every package and library is loaded, which finds nothing to repair.
      vi.stubEnv("TUNESMITH_PYTHON", python);
      await page.reload();
      await engine.getByText("installed", { exact: true }).waitFor();
      await engine.getByText("torch 2.15.0").waitFor();
      await engine.getByRole("button", { name: "Check and repair" }).click();
      await engine.getByRole("progressbar").waitFor();
      await engine.getByText(/checked/).waitFor({ timeout: 300_000 });
      expect(await engine.getByRole("alert").count()).toBe(0);
    } finally {
      vi.unstubAllEnvs();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    }
  });

  it("takes a model from a folder that is typed in, and says why it takes another not", async () => {
    const folder = await mkdtemp(join(tmpdir(), "tunesmith-model-"));
    try {
      await cp(starterFolder, join(folder, "mine"), { recursive: true });
      await makeProject(page, "Folders");
      await page.goto("/projects/folders/model");
      const field = page.getByLabel("Folder", { exact: true });
      const use = page.getByRole("button", { name: "Use this folder" });
      await field.fill(folder);
      await use.click();
      await page.locator(".mcard .err").waitFor({ timeout: 30_000 });
      expect(await page.locator(".mcard .err").textContent()).toContain("config.json");
      expect(await field.inputValue()).toBe(folder);
      expect(await page.locator(".mcard.chosen").getByText("Chosen").count()).toBe(0);
      await field.fill(join(folder, "mine"));
      await use.click();
      await expect
        .poll(async () => (await studio.project("folders")).model, soon)
        .toBe(join(folder, "mine"));
      await page.reload();
      const card = page.locator(".mcard.chosen");
      await card.getByText("Chosen").waitFor();
      expect(await card.getByLabel("Folder", { exact: true }).inputValue()).toBe(
        join(folder, "mine"),
      );
      expect(await page.getByRole("alert").count()).toBe(0);
    } finally {
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    }
  });
});
