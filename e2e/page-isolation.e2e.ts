import { createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Socket } from "node:net";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { startServer } from "#server/start.ts";
import { noBrowser, openPage } from "./testing/browser.ts";
import { makeProject } from "./testing/make-project.ts";
import { allScreens } from "./testing/screens.ts";
import { browser, page, studio, useStudioPage, watched } from "./testing/studio-page.ts";

const slug = "lighthouses";

describe("who may ask, and who is asked", () => {
  useStudioPage();
  let foreign: Server;
  /** Hosts that this process, in which the server runs, has connected to. */
  const asked = new Set<string>();

  beforeAll(async () => {
    if (noBrowser !== undefined) return;
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
  afterAll(() => {
    vi.restoreAllMocks();
    foreign?.close();
  });

  it("asks nobody else, on any screen", async () => {
    const requests = new Set<string>();
    page.context().on("request", (one) => requests.add(new URL(one.url()).origin));
    watched.expectFailures(/\/api\/|\/nothing\/there/);
    await makeProject(page, "Lighthouses");
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

  it("shows markup in rows and in names of files as text", async () => {
    const markup = `<img src=x onerror="document.title='taken'"><script>document.title='taken'</script>`;
    const row = {
      messages: [
        { role: "user", content: markup },
        { role: "assistant", content: markup },
      ],
    };
    const name = "a&lt;b&gt;.jsonl";
    await fetch(`${studio.url}api/projects`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ name: "Markup", description: markup }),
    });
    const address = `${studio.url}api/projects/markup/data/${encodeURIComponent(name)}`;
    const sent = await fetch(address, { method: "PUT", body: `${JSON.stringify(row)}\n` });
    expect(sent.status).toBe(201);
    await page.goto("/projects/markup/examples");
    await page.getByText(name, { exact: true }).first().waitFor({ timeout: 60_000 });
    await page.getByText(markup).first().waitFor({ timeout: 60_000 });
    expect(await page.locator("img[src=x]").count()).toBe(0);
    expect(await page.title()).not.toBe("taken");
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
