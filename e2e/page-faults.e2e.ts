import { createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Socket } from "node:net";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { allScreens } from "./testing/screens.ts";
import { noBrowser, openPage, startBrowser, watchPage, type Watched } from "./testing/browser.ts";
import { startServerProcess, type ServerProcess } from "./testing/server-process.ts";
import { exampleFiles, openStudio, type Studio } from "./testing/studio.ts";
import type { Project } from "#contract/project.ts";
import { parseEvents } from "#core/runs/event-log.ts";
import { startServer } from "#server/start.ts";

const slug = "lighthouses";
const soon = { timeout: 60_000, interval: 100 };
const training = { timeout: 400_000 };

let browser: Browser;
let watched: Watched | undefined;
let page: Page;

beforeAll(async () => {
  if (noBrowser === undefined) browser = await startBrowser();
});
afterAll(() => browser?.close());
beforeEach((context) => context.skip(noBrowser !== undefined, noBrowser));
afterEach(() => expect(watched?.takeFaults() ?? []).toEqual([]));

async function makeProject(home: string): Promise<void> {
  await page.goto("/");
  await page.getByRole("button", { name: "New project" }).first().click();
  await page.getByLabel("Name", { exact: true }).fill("Lighthouses");
  await page.getByRole("button", { name: "Create" }).click();
  await page.waitForURL(`**/projects/${slug}/examples`);
  await page.locator('input[type="file"]').first().setInputFiles(exampleFiles);
  const stored = join(home, "projects", slug, "project.json");
  const data = async () => (JSON.parse(await readFile(stored, "utf8")) as Project).data.length;
  await expect.poll(data, soon).toBe(2);
}

describe("who may ask, and who is asked", () => {
  let studio: Studio;
  let foreign: Server;
  /** Hosts that this process, in which the server runs, has connected to. */
  const asked = new Set<string>();

  beforeAll(async () => {
    if (noBrowser !== undefined) return;
    studio = await openStudio();
    watched = await openPage(browser, studio.url);
    ({ page } = watched);
    foreign = createServer((_request, reply) => {
      reply.writeHead(200, { "content-type": "text/html" }).end("<title>elsewhere</title>");
    });
    await new Promise<void>((ready) => foreign.listen(0, "127.0.0.1", ready));
    type Connect = (this: Socket, ...args: unknown[]) => Socket;
    const connect = Reflect.get(Socket.prototype, "connect") as Connect;
    vi.spyOn(Socket.prototype, "connect").mockImplementation(function (
      this: Socket,
      ...args: unknown[]
    ) {
      const [first] = args.flat() as { host?: string }[];
      if (typeof first === "object" && first.host !== undefined) asked.add(first.host);
      return connect.apply(this, args);
    });
  });
  afterAll(async () => {
    vi.restoreAllMocks();
    foreign?.close();
    await studio?.close();
  });

  it("asks nobody else, on any screen", async () => {
    const requests = new Set<string>();
    page.context().on("request", (one) => requests.add(new URL(one.url()).origin));
    watched?.expectFailures(/\/api\/|\/nothing\/there/);
    await makeProject(studio.home);
    for (const { path, settled, prepare } of allScreens(slug)) {
      await page.goto(path);
      await page.locator(settled).first().waitFor({ timeout: 60_000 });
      await prepare?.(page);
    }
    expect([...requests].filter((origin) => origin !== new URL(studio.url).origin)).toEqual([]);
    const outside = [...asked].filter((host) => !["127.0.0.1", "::1", "localhost"].includes(host));
    expect(outside).toEqual([]);
  });

  it("refuses what another page asks for, and nothing happens", async () => {
    const { port } = foreign.address() as AddressInfo;
    const other = await openPage(browser, `http://127.0.0.1:${port}/`);
    await other.page.goto("/");
    const answers = await other.page.evaluate<string[]>(
      `Promise.all([
        fetch("${studio.url}api/projects").then((r) => r.type, () => "refused"),
        fetch("${studio.url}api/projects", { method: "POST", mode: "no-cors",
          headers: { "content-type": "text/plain" }, body: '{"name":"Taken"}' })
          .then((r) => r.type, () => "refused"),
      ])`,
    );
    expect(answers).toEqual(["refused", "refused"]);
    const { projects } = (await (await fetch(`${studio.url}api/projects`)).json()) as {
      projects: { slug: string }[];
    };
    expect(projects.map((project) => project.slug)).toEqual([slug]);
    await other.page.context().close();
  });

  it("refuses a foreign Host, as of a name that was bent to this address", async () => {
    const { port } = new URL(studio.url);
    const status = await new Promise((answered, failed) => {
      const headers = { host: `evil.example:${port}` };
      request({ host: "127.0.0.1", port, path: "/api/projects", headers }, (reply) => {
        reply.resume();
        answered(reply.statusCode);
      })
        .on("error", failed)
        .end();
    });
    expect(status).toBe(403);
  });

  it("takes the next port where one is taken, says so, and opens there", async () => {
    const home = await mkdtemp(join(tmpdir(), "tunesmith-port-"));
    const said: string[] = [];
    const port = Number(new URL(studio.url).port);
    const log = (text: string) => void said.push(text);
    const second = await startServer({ home, port, webRoot: studio.webRoot, log });
    try {
      expect(second.port).not.toBe(port);
      expect(said.join()).toContain(`Port ${port} is taken, so it is ${second.port}.`);
      await page.goto(second.url);
      await page.getByRole("heading", { level: 1 }).waitFor();
    } finally {
      await page.goto("about:blank");
      await second.close();
      await rm(home, { recursive: true, force: true, maxRetries: 5 });
    }
  });

  it("refuses a second server on the same workspace, with the address of the first", async () => {
    const refused = startServer({ home: studio.home, port: 0, webRoot: studio.webRoot });
    await expect(refused).rejects.toMatchObject({
      code: "workspace_locked",
      params: { address: studio.url },
    });
  });

  it("says why the engine could not be installed, and tries again", async () => {
    const engine = join(studio.home, "engine-file");
    await writeFile(engine, "");
    vi.stubEnv("TUNESMITH_ENGINE", engine);
    vi.stubEnv("TUNESMITH_PYTHON", "");
    vi.stubEnv("TUNESMITH_LLAMA", "");
    try {
      await page.goto(`${studio.url}settings`);
      await page.getByText("not installed", { exact: true }).waitFor({ timeout: 60_000 });
      await page.getByRole("button", { name: "Install", exact: true }).click();
      const fault = page.getByRole("alert").filter({ hasText: "could not be installed" });
      await fault.waitFor({ timeout: 120_000 });
      expect((await fault.textContent())?.length).toBeGreaterThan(60);
      const again = page.getByRole("button", { name: "Try again" });
      const started = page.waitForResponse((reply) => reply.url().endsWith("/engine/install"));
      await again.click();
      expect((await started).status()).toBe(202);
      await fault.waitFor({ timeout: 120_000 });
    } finally {
      vi.unstubAllEnvs();
    }
  });
});

describe("a run that is watched while its server dies", () => {
  let server: ServerProcess;
  let home: string;
  let folder: string;

  beforeAll(async () => {
    if (noBrowser !== undefined) return;
    home = await mkdtemp(join(tmpdir(), "tunesmith-faults-"));
    server = await startServerProcess(home);
    watched = await openPage(browser, server.url);
    ({ page } = watched);
    // Every event that reaches the page, by its number.
    await page.addInitScript(
      `const Native = EventSource;
       window.seqs = [];
       window.EventSource = class extends Native {
         constructor(...args) {
           super(...args);
           this.addEventListener("message", ({ data }) => {
             const message = JSON.parse(data);
             if (message.type === "run.event") window.seqs.push(message.event.seq);
           });
         }
       };`,
    );
  });
  afterAll(async () => {
    await page?.context().close();
    await server?.stop();
    await rm(home, { recursive: true, force: true, maxRetries: 5 });
  });

  const events = async () => parseEvents(await readFile(join(folder, "events.jsonl"), "utf8"));
  const step = (of: Page = page) => of.locator(".mets .met").nth(1).locator("dd");
  const shownStep = async (of: Page = page) =>
    Number.parseInt(((await step(of).textContent()) ?? "").replaceAll(/\D*\/.*|,/g, ""), 10);

  it("starts a run that takes a while", async () => {
    await makeProject(home);
    const id = await startLongRun(server.url);
    folder = join(home, "projects", slug, "runs", id);
    await page.goto(`/projects/${slug}/runs/${id}`);
    await expect.poll(() => shownStep(), training).toBeGreaterThan(2);
  });

  it("says that the server is gone, keeps the picture, and recovers with no lost event", async () => {
    watched?.expectFailures(/\/api\//);
    const port = Number(new URL(server.url).port);
    const before = await shownStep();
    await server.kill();
    const note = page.getByText(/^No connection to Tunesmith since/);
    await note.waitFor();
    expect(await shownStep()).toBeGreaterThanOrEqual(before);
    // The run goes on without a server.
    const steps = async () => (await events()).filter(({ type }) => type === "train.step").length;
    const then = await steps();
    await expect.poll(steps, training).toBeGreaterThan(then + 5);
    server = await startServerProcess(home, { port });
    expect(Number(new URL(server.url).port)).toBe(port);
    await note.waitFor({ state: "hidden", timeout: 60_000 });
    await expect.poll(() => shownStep(), training).toBeGreaterThan(before + 5);
    const seqs = await page.evaluate<number[]>("window.seqs");
    const first = Math.min(...seqs);
    const distinct = [...new Set(seqs)].toSorted((a, b) => a - b);
    expect(distinct).toEqual(distinct.map((_, index) => first + index));
  });

  it("shows the same in a second tab, and follows what is done there", async () => {
    const other = watchPage(await page.context().newPage());
    await other.page.goto(page.url());
    await expect.poll(() => shownStep(other.page), soon).toBeGreaterThan(0);
    await other.page.getByRole("button", { name: "Pause" }).click();
    for (const tab of [page, other.page])
      await tab.getByText(/^Paused/).waitFor({ timeout: 120_000 });
    await page.getByRole("button", { name: "Go on" }).click();
    const running = page.getByRole("button", { name: "Cancel run" });
    await running.waitFor({ timeout: 60_000 });
    expect(other.takeFaults()).toEqual([]);
    await other.page.close();
  });

  it("goes on when a file is removed meanwhile, and names the file that is missed", async () => {
    await rm(join(home, "projects", slug, "data", "train.jsonl"));
    const before = await shownStep();
    await expect.poll(() => shownStep(), training).toBeGreaterThan(before);
    const other = watchPage(await page.context().newPage());
    other.expectFailures(/\/api\//);
    await other.page.goto(`/projects/${slug}/examples`);
    const fault = other.page
      .locator("main")
      .getByText(/train\.jsonl.*(missing|gone|not there|no longer)/i);
    await fault.first().waitFor({ timeout: 60_000 });
    await other.page.close();
  });

  it("is cancelled from the page, and leaves a state to go on from", async () => {
    await page.getByRole("button", { name: "Cancel run" }).click();
    const question = page.getByRole("dialog");
    await question.getByRole("button", { name: "Cancel run" }).click();
    await page.getByText(/^Cancelled/).waitFor({ timeout: 120_000 });
    await page.getByRole("button", { name: "Go on" }).waitFor();
    const last = (await events()).at(-1);
    expect(last?.type).toBe("run.cancelled");
    const total = (await events()).filter(({ type }) => type === "train.step").length;
    expect(total).toBeGreaterThan(10);
  });
});

/** Long enough to be caught in its middle on any machine. */
async function startLongRun(url: string): Promise<string> {
  const reply = await fetch(`${url}api/projects/${slug}/runs`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      training_config: {
        num_train_epochs: 100,
        gradient_accumulation_steps: 1,
        logging_steps: 1,
        packing: false,
        early_stopping_patience: 0,
        save_strategy: "no",
      },
    }),
  });
  const run = (await reply.json()) as { id: string };
  expect([reply.status, run]).toEqual([201, expect.objectContaining({ id: expect.any(String) })]);
  return run.id;
}
