import { tmpdir } from "node:os";
import { expect, test } from "vitest";
import { npmFault, toolFault } from "./faults.ts";

const fault = { what: "this", folder: tmpdir(), log: "/some/install.log" };

// Each seen from the tool named.
test.each([
  [
    "uv without a network",
    ["error: Request failed after 3 retries in 5.1s", "  cause: Connection refused (os error 111)"],
    { code: "engine_no_network", params: { detail: "Connection refused" } },
  ],
  [
    "pip without a network",
    [
      "WARNING: Retrying (Retry(total=0)) after connection broken by 'ProxyError('Cannot connect to proxy.', NewConnectionError('<x>: Failed to establish a new connection: [Errno 111] Connection refused'))': /simple/uv/",
      "ERROR: No matching distribution found for uv==0.13.9",
    ],
    {
      code: "engine_no_network",
      params: { detail: "Failed to establish a new connection: [Errno 111] Connection refused" },
    },
  ],
  [
    "uv on a full disk",
    ["error: Failed to install", "  cause: No space left on device (os error 28)"],
    { code: "engine_no_disk", params: { folder: tmpdir() } },
  ],
  [
    "uv with a wrong hash",
    ["Resolved 2 packages", "error: Hash mismatch for `six==1.17.0`", ""],
    {
      code: "engine_install_failed",
      params: { what: "this", detail: "error: Hash mismatch for `six==1.17.0`" },
    },
  ],
  ["a tool that says nothing", [], { code: "engine_install_failed" }],
])("%s", async (_name, lines, expected) => {
  expect(await toolFault(lines, fault)).toMatchObject(expected);
});

test("npm's codes", async () => {
  const from = (code: string) => npmFault({ code, summary: "words" }, fault);
  expect(await from("ENOSPC")).toMatchObject({ code: "engine_no_disk" });
  expect(await from("ENOTFOUND")).toMatchObject({ code: "engine_no_network" });
  expect(await from("EINTEGRITY")).toMatchObject({
    code: "engine_install_failed",
    params: { detail: "words (EINTEGRITY)" },
  });
});
