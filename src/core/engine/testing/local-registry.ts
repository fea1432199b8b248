import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";

/** A package registry on this machine that holds one package without files of interest. */
export interface LocalRegistry {
  /** For npm: the registry, and a cache of its own. */
  env: NodeJS.ProcessEnv;
  /** The package's real hash, as locks write it. */
  integrity: string;
  close(): Promise<void>;
}

/** Serves `name`@1.0.0, made by npm itself, until `close`. */
export async function startRegistry(
  folder: string,
  name: string,
  npmCli: string,
): Promise<LocalRegistry> {
  const source = path.join(folder, "source");
  mkdirSync(source, { recursive: true });
  // A dependency that must not be installed, and a script that must not run.
  const manifest = {
    name,
    version: "1.0.0",
    dependencies: { "not-to-be-installed": "1.0.0" },
    scripts: { postinstall: "node -e \"require('fs').writeFileSync('ran', '')\"" },
  };
  writeFileSync(path.join(source, "package.json"), JSON.stringify(manifest));
  writeFileSync(path.join(source, "index.js"), "");
  execFileSync(process.execPath, [npmCli, "pack", "--silent", "--pack-destination", folder], {
    cwd: source,
    stdio: "ignore",
  });
  const tarball = readFileSync(path.join(folder, `${name}-1.0.0.tgz`));
  const integrity = `sha512-${createHash("sha512").update(tarball).digest("base64")}`;

  const server = createServer((request, response) => {
    if (request.url?.endsWith(".tgz")) return response.end(tarball);
    if (request.url !== `/${name}`) return response.writeHead(404).end("{}");
    const dist = { tarball: `${address()}/${name}/-/${name}-1.0.0.tgz`, integrity };
    const versions = { "1.0.0": { ...manifest, hasInstallScript: true, dist } };
    return response.end(JSON.stringify({ name, "dist-tags": { latest: "1.0.0" }, versions }));
  });
  const address = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const cache = path.join(folder, "cache");
  return {
    env: { ...process.env, npm_config_registry: address(), npm_config_cache: cache },
    integrity,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
