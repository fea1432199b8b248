import http from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import {
  findOllama,
  compareVersions,
  ollamaAddress,
  rendersTemplates,
  requireTemplates,
} from "./find.ts";
import { askLines } from "./http.ts";
import { freePort } from "./testing/free-port.ts";

const servers: http.Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(listener: http.RequestListener): Promise<string> {
  const server = http.createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe("where Ollama is looked for", () => {
  test("the setting counts before OLLAMA_HOST, and that before the default", () => {
    const environment = { OLLAMA_HOST: "0.0.0.0:9999" };
    expect(ollamaAddress({ setting: "nas:1234", environment })).toEqual({
      address: "http://nas:1234",
      source: "setting",
    });
    expect(ollamaAddress({ setting: " ", environment })).toEqual({
      address: "http://127.0.0.1:9999",
      source: "OLLAMA_HOST",
    });
    expect(ollamaAddress({ setting: null, environment: {} })).toEqual({
      address: "http://127.0.0.1:11434",
      source: "default",
    });
  });

  test("an address that is none is refused", () => {
    for (const setting of ["ftp://nas", "http://a b", "http://[x"]) {
      expect(() => ollamaAddress({ setting, environment: {} })).toThrow(
        expect.objectContaining({ code: "ollama_address_invalid" }),
      );
    }
  });

  test("nothing listens there", async () => {
    const setting = `127.0.0.1:${await freePort()}`;
    await expect(findOllama({ setting })).rejects.toMatchObject({
      code: "ollama_not_running",
      params: { address: `http://${setting}` },
    });
  });

  test("something else listens there", async () => {
    for (const [status, body] of [
      [200, "<html>"],
      [404, "no"],
      [200, "{}"],
      [200, "null"],
    ] as const) {
      const setting = await serve((_, response) => response.writeHead(status).end(body));
      await expect(findOllama({ setting })).rejects.toMatchObject({ code: "ollama_not_ollama" });
    }
  });

  test("it never answers", async () => {
    const setting = await serve(() => undefined);
    await expect(findOllama({ setting, timeoutMs: 50 })).rejects.toMatchObject({
      code: "ollama_timeout",
    });
  });

  test("a path before the routes is kept", async () => {
    const setting = await serve((request, response) => {
      response.end(JSON.stringify({ version: request.url === "/ai/api/version" ? "1.0.0" : "x" }));
    });
    expect(await findOllama({ setting: `${setting}/ai/` })).toMatchObject({ version: "1.0.0" });
  });
});

describe("which version renders a GGUF's template", () => {
  test.each([
    ["0.30.11", true],
    ["0.34.1", true],
    ["1.0.0", true],
    ["v0.31.0-rc1", true],
    ["0.30.11-rc0", false],
    ["0.30.10", false],
    ["0.9.99", false],
    ["0.0.0", false],
    ["", false],
  ])("%s: %s", (version, renders) => {
    expect(rendersTemplates(version)).toBe(renders);
    const check = (): void => requireTemplates({ address: "a", source: "default", version });
    if (renders) expect(check).not.toThrow();
    else {
      expect(check).toThrow(
        expect.objectContaining({
          code: "ollama_too_old",
          params: { version, address: "a", minimum: "0.30.11" },
        }),
      );
    }
  });

  test("order", () => {
    expect(["0.30.11", "0.9.0", "0.30.11-rc1", "1.0.0", "0.30.2"].sort(compareVersions)).toEqual([
      "0.9.0",
      "0.30.2",
      "0.30.11-rc1",
      "0.30.11",
      "1.0.0",
    ]);
  });
});

describe("streamed lines", () => {
  async function lines(listener: http.RequestListener, idleMs = 5000): Promise<unknown[]> {
    const address = await serve(listener);
    const found: unknown[] = [];
    for await (const line of askLines(address, { path: "/x", idleMs })) found.push(line);
    return found;
  }

  test("cut anywhere, even within a character", async () => {
    const bytes = Buffer.from('{"a":"日本"}\n\n{"b":2}\n{"c":3}');
    const found = await lines((_, response) => {
      let at = 0;
      const next = (): void => {
        if (at >= bytes.length) response.end();
        else response.write(bytes.subarray(at, (at += 3)), () => setImmediate(next));
      };
      next();
    });
    expect(found).toEqual([{ a: "日本" }, { b: 2 }, { c: 3 }]);
  });

  test("a line that is no JSON", async () => {
    await expect(lines((_, response) => response.end("{}\noops\n"))).rejects.toMatchObject({
      code: "ollama_not_ollama",
    });
  });

  test("the connection breaks", async () => {
    const broken = lines((_, response) => {
      response.write("{}\n", () => response.destroy());
    });
    await expect(broken).rejects.toMatchObject({ code: "ollama_connection_lost" });
  });

  test("silence after the first line", async () => {
    const silent = lines((_, response) => response.write("{}\n"), 60);
    await expect(silent).rejects.toMatchObject({ code: "ollama_timeout" });
  });

  test("the caller's abort keeps its own reason", async () => {
    const address = await serve((_, response) => response.write("{}\n"));
    const abort = new AbortController();
    const reason = new Error("enough");
    const read = async (): Promise<void> => {
      for await (const _ of askLines(address, { path: "/", signal: abort.signal })) {
        abort.abort(reason);
      }
    };
    await expect(read()).rejects.toBe(reason);
  });
});
