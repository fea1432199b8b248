import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { errorCode } from "#core/files/error-code.ts";

/** So many ports after the wanted one are tried, before the system is asked for any. */
const triedPorts = 20;

/** Listens on `port`, or on the next one that is free; returns the one that it became. */
export async function listenNear(server: Server, host: string, port: number): Promise<number> {
  if (port === 0) return listen(server, host, 0);
  for (let next = port; next < port + triedPorts && next <= 65535; next++) {
    try {
      return await listen(server, host, next);
    } catch (error) {
      // EACCES: Windows reserves some ports, and Unix those below 1024.
      if (!["EADDRINUSE", "EACCES"].includes(errorCode(error) ?? "")) throw error;
    }
  }
  return listen(server, host, 0);
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host, port, exclusive: true }, () => {
      server.removeListener("error", reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}
