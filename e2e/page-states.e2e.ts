import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { createClient } from "#contract/client.ts";
import { tryLock, type Lock } from "#core/files/lock.ts";
import { starterId, startHub, type TestHub } from "#core/hub/testing/hub-server.ts";
import { deviceLock } from "#core/runs/queue.ts";
import { openWorkspace } from "#core/workspace.ts";
import { violations } from "./testing/axe.ts";
import { noBrowser } from "./testing/browser.ts";
import type { Screen } from "./testing/screens.ts";
import { makeRunStates, runStates } from "./testing/states.ts";
import { page, soon, studio, useStudioPage } from "./testing/studio-page.ts";

/* States that a person seldom sees: none may be cut off on a phone, or be read by some people only. */

/** Its runs go on, so that nothing of it can be changed. */
const slug = "towers";
/** Its examples can be. */
const free = "boats";
const locks: Lock[] = [];
const screens: Screen[] = [];
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
  for (const lock of locks) lock.release();
  hub?.flow();
  await hub?.close();
  if (cache) await rm(cache, { recursive: true, force: true, maxRetries: 5 });
  vi.unstubAllEnvs();
});
// A run that is broken, and a file that is refused.
useStudioPage(/\/runs\/20261122-190000-aaaa|\/data\/train\.jsonl/);

const names = [
  ...runStates,
  "a fix before it is done",
  "versions compared",
  "a file of a name that is taken",
  "downloads",
  "trials",
];
const rows = [
  ...Array.from({ length: 24 }, (_, n) => ({ prompt: `Tower ${n}?`, completion: `It is ${n} m.` })),
  { prompt: "Tower 3?", completion: "It is 3 m." },
  { prompt: "How high is it?", completion: "I'm sorry, but as an AI I cannot help with that." },
  { prompt: "Who keeps it?", completion: "Ask ada.keeper@lighthouse-example.org for the key." },
  { prompt: "Which one?", completion: "The one on the rock.<|im_end|>" },
];

describe("states that are seldom seen", () => {
  const api = () => createClient({ fetch, base: studio.url.replace(/\/$/, "") });

  it("come about", async () => {
    await page.goto("/");
    const ws = await openWorkspace({ home: studio.home });
    const device = tryLock(deviceLock(ws));
    if (device) locks.push(device);
    const body = rows.map((row) => JSON.stringify(row)).join("\n");
    for (const name of ["Towers", "Boats"]) {
      const project = await api().request("POST /api/projects", { json: { name } });
      await fetch(`${studio.url}api/projects/${project.slug}/data/train.jsonl`, {
        method: "PUT",
        body,
      });
    }
    const made = await makeRunStates(ws, slug);
    locks.push(...made.locks);
    screens.push(...made.screens);
    await makeVersion();
    await makeDownloads();
    screens.push(
      {
        name: "a fix before it is done",
        path: `/projects/${free}/examples?tab=findings`,
        settled: '[data-finding="personal_data"] .btn:enabled',
        async prepare(shown) {
          await shown.locator('[data-finding="personal_data"] .btn').first().click();
          await shown.getByRole("dialog").locator(".row-changes li").first().waitFor();
        },
      },
      {
        name: "versions compared",
        path: `/projects/${free}/examples?tab=versions`,
        settled: ".versions .btn-quiet",
        async prepare(shown) {
          await shown.locator(".versions .btn-quiet").first().click();
          await shown.getByRole("dialog").locator(".row-changes li").first().waitFor();
        },
      },
      {
        name: "a file of a name that is taken",
        path: `/projects/${free}/examples`,
        settled: ".filecell .select",
        async prepare(shown) {
          const buffer = Buffer.from('{"prompt": "A?", "completion": "Another."}');
          const file = { name: "train.jsonl", mimeType: "application/jsonl", buffer };
          await shown.locator('input[type="file"]').first().setInputFiles(file);
          await shown.locator('.filecell[role="alert"] .btn-sm').nth(2).waitFor();
        },
      },
      {
        name: "downloads",
        path: `/projects/${free}/model`,
        settled: '[role="progressbar"]',
        async prepare(shown) {
          const lost = shown.locator('[data-model="acme/lost"]');
          await lost.locator('[role="alert"]').waitFor();
          await lost.scrollIntoViewIfNeeded();
        },
      },
      { name: "trials", path: `/projects/${slug}/sweeps`, settled: "tbody tr" },
    );
  });

  /** The doctor's findings, and a version without what a fix of one of them left out. */
  async function makeVersion(): Promise<void> {
    const params = { project: free };
    const ended = async ({ id }: { id: string }) =>
      expect
        .poll(
          async () => (await api().request("GET /api/jobs/{job}", { params: { job: id } })).status,
          soon,
        )
        .toBe("finished");
    await ended(await api().request("POST /api/projects/{project}/findings", { params }));
    const json = { finding: "refusal", fix: "leave_out" } as const;
    await ended(await api().request("POST /api/projects/{project}/findings/fix", { params, json }));
    await ended(await api().request("POST /api/projects/{project}/findings", { params }));
    await api().request("POST /api/projects/{project}/sweeps", {
      params: { project: slug },
      json: {
        grid: { training_config: { learning_rate: [0.001, 0.002] }, lora_config: { r: [4, 8] } },
        stopHopeless: true,
      },
    });
  }

  /** One download that was lost, one that is paused, and one that goes on. */
  async function makeDownloads(): Promise<void> {
    const start = async (id: string) => {
      hub.models.set(id, { ...hub.models.get(starterId)! });
      return api().request("POST /api/models/download", { json: { id } });
    };
    const job = async (id: string) => api().request("GET /api/jobs/{job}", { params: { job: id } });
    hub.faults.push({ path: "model.safetensors", kind: "status", status: 404 });
    const lost = await start("acme/lost");
    await expect.poll(async () => (await job(lost.id)).status, soon).toBe("failed");
    hub.faults.length = 0;
    hub.hold = 300_000;
    const paused = await start("acme/paused");
    await expect.poll(async () => (await job(paused.id)).done ?? 0, soon).toBeGreaterThan(0);
    await api().request("POST /api/jobs/{job}/cancel", { params: { job: paused.id } });
    const going = await start("acme/a-model-with-a-rather-long-name-1.5b-instruct");
    await expect.poll(async () => (await job(going.id)).done ?? 0, soon).toBeGreaterThan(0);
  }

  describe.each([
    { language: "en", theme: "light", width: 1440 },
    { language: "en", theme: "dark", width: 360 },
    { language: "de", theme: "light", width: 360 },
    { language: "de", theme: "dark", width: 1440 },
  ] as const)("in $language, $theme, $width pixels wide", ({ language, theme, width }) => {
    it.each(names)("%s is whole, and axe finds nothing wrong", async (name) => {
      const screen = screens.find((one) => one.name === name);
      if (!screen) throw new Error(`no screen ${name}`);
      await page.evaluate(
        `localStorage.setItem("tunesmith.language", "${language}");` +
          `localStorage.setItem("tunesmith.theme", "${theme}");`,
      );
      await page.setViewportSize({ width, height: 800 });
      await page.goto(screen.path);
      await page.locator(screen.settled).first().waitFor();
      await screen.prepare?.(page);
      expect(await page.locator("html").getAttribute("lang")).toBe(language);
      expect(await violations(page)).toEqual([]);
      expect(await beyond()).toEqual([]);
    });
  });

  /** Whatever makes the page, or a dialog on it, scroll sideways. */
  const beyond = () =>
    page.evaluate<string[]>(
      `[document.documentElement, ...document.querySelectorAll("[role=dialog]")]
        .filter((one) => one.scrollWidth > one.clientWidth + 1)
        .map((one) => one.tagName + " " + one.scrollWidth + " > " + one.clientWidth)`,
    );
});
