import { hostname } from "node:os";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createHarness } from "../testing/harness.ts";
import type { Harness } from "../testing/harness.ts";
import type { Access } from "./access.ts";

const path = "/api/parameters";

function withAccess(access: Access): () => Harness {
  let harness: Harness;
  beforeAll(async () => {
    harness = await createHarness({ access });
  });
  afterAll(() => harness.close());
  return () => harness;
}

describe("on loopback", () => {
  const server = withAccess({
    loopback: true,
    hosts: ["studio.example"],
    origins: ["http://localhost:5173"],
  });

  test.each([
    "127.0.0.1:4770",
    "127.0.0.53",
    "localhost:9999",
    "LOCALHOST:4770",
    "[::1]:4770",
    "studio.example",
  ])("the host %s is its own", async (host) => {
    expect((await server().ask("GET", path, { headers: { host } })).status).toBe(200);
  });

  test.each([
    "evil.example",
    "localhost.evil.example:4770",
    "127.0.0.1.evil.example",
    "evil.example:127",
    "user@localhost",
    "192.168.1.7:4770",
    "127.1",
    "",
    "a b",
    hostname() === "localhost" ? "other" : hostname(),
  ])("the host “%s” is refused", async (host) => {
    const { status, error } = await server().ask("GET", path, { headers: { host } });
    expect([status, error.code, error.params]).toEqual([403, "forbidden_host", { host }]);
  });

  test.each(["http://127.0.0.1:4770", "http://localhost:5173"])(
    "pages of %s may ask",
    async (origin) => {
      expect((await server().ask("GET", path, { headers: { origin } })).status).toBe(200);
    },
  );

  test.each([
    "https://evil.example",
    "http://127.0.0.1:4771",
    "http://localhost:4770",
    "null",
    "http://127.0.0.1:4770.evil.example",
  ])("pages of %s are refused, reading or writing", async (origin) => {
    for (const [method, path, json] of [
      ["GET", "/api/parameters", undefined],
      ["POST", "/api/projects", { name: "Stolen" }],
    ] as const) {
      const { status, error } = await server().ask(method, path, { headers: { origin }, json });
      expect([status, error.code, error.params]).toEqual([403, "forbidden_origin", { origin }]);
    }
    expect((await server().ask("GET", "/api/projects")).json["projects"]).toEqual([]);
  });

  test("requests that a browser marks as another site's are refused without an Origin, too", async () => {
    const headers = { "sec-fetch-site": "cross-site" };
    expect((await server().ask("GET", path, { headers })).error.code).toBe("forbidden_origin");
    // Following a link to the page is no fault.
    expect((await server().send("GET", "/", { headers })).status).toBe(200);
  });

  test("a form of another page cannot pose as JSON", async () => {
    const { status, error } = await server().ask("POST", "/api/projects", {
      body: '{"name":"Stolen"}',
      headers: { "content-type": "text/plain" },
    });
    expect([status, error.code]).toEqual([400, "bad_request"]);
  });

  test("every reply forbids asking elsewhere, frames and guessing of types", async () => {
    for (const path of ["/", "/api/parameters", "/api/docs"]) {
      const { headers } = await server().send("GET", path);
      expect(headers.get("content-security-policy")).toContain("default-src 'self'");
      expect(headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
      expect(headers.get("x-content-type-options")).toBe("nosniff");
    }
  });
});

describe("where others can reach it", () => {
  const token = "correct horse battery staple";
  const server = withAccess({ loopback: false, token });

  test("nothing is answered without the token, or with another", async () => {
    for (const authorization of [undefined, "Bearer wrong", `Basic ${token}`, "Bearer "]) {
      const headers = authorization === undefined ? {} : { authorization };
      for (const path of ["/api/projects", "/api/openapi.json", "/api/docs", "/api/nothing"]) {
        const { status, error } = await server().ask("GET", path, { headers });
        expect([status, error.code]).toEqual([401, "token_required"]);
      }
    }
  });

  test("the token opens it, as Bearer", async () => {
    const headers = { authorization: `Bearer ${token}` };
    expect((await server().ask("GET", "/api/projects", { headers })).status).toBe(200);
  });

  test("a browser without the token sees a field for it, and nothing else", async () => {
    const reply = await server().send("GET", "/projects/sky", {
      headers: { "accept-language": "de" },
    });
    expect(reply.status).toBe(401);
    const text = await reply.text();
    expect(text).toContain('<input name="token"');
    expect(text).toContain('lang="de"');
    expect(text).not.toContain("<script");
  });

  test("an address with the token puts it into a cookie and goes on without it", async () => {
    const query = `?section=training&token=${encodeURIComponent(token)}`;
    const reply = await server().send("GET", `/projects/sky${query}`);
    expect(reply.status).toBe(303);
    expect(reply.headers.get("location")).toBe("/projects/sky?section=training");
    const cookie = reply.headers.get("set-cookie") ?? "";
    expect(cookie).toMatch(/HttpOnly; SameSite=Strict/i);
    const headers = { cookie: cookie.split(";")[0] ?? "" };
    expect((await server().ask("GET", "/api/projects", { headers })).status).toBe(200);
  });

  test("a wrong token in the address signs nobody in", async () => {
    const reply = await server().send("GET", "/?token=wrong");
    expect(reply.status).toBe(401);
    expect(reply.headers.get("set-cookie")).toBeNull();
  });

  test("an address that looks like another host's sends the token nowhere else", async () => {
    for (const path of ["//evil.example/", "/\\evil.example/", "///evil.example/"]) {
      const field = await server().send("GET", path);
      expect(field.status).toBe(401);
      expect(await field.text()).toMatch(/action="\/[^/\\]/);
      expect(field.headers.get("content-security-policy")).toContain("form-action 'self'");
      const signedIn = await server().send("GET", `${path}?token=${encodeURIComponent(token)}`);
      expect(signedIn.headers.get("location")).toMatch(/^\/[^/\\]/);
    }
  });

  test("literal addresses and the machine's own name are fine, other names are not", async () => {
    const authorization = `Bearer ${token}`;
    for (const host of ["192.168.1.7:4770", "[fe80::1]:4770", `${hostname()}:4770`.toLowerCase()]) {
      const reply = await server().ask("GET", path, { headers: { host, authorization } });
      expect(reply.status, host).toBe(200);
    }
    const headers = { host: "evil.example", authorization };
    expect((await server().ask("GET", path, { headers })).error.code).toBe("forbidden_host");
  });
});
