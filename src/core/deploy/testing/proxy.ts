import http from "node:http";
import type { AddressInfo } from "node:net";

/** Answers a request itself and returns true, or returns false to let it through. */
export type Intercept = (
  request: http.IncomingMessage,
  response: http.ServerResponse,
) => boolean | Promise<boolean>;

export interface Proxy {
  readonly address: string;
  /** `METHOD /path` of every request so far. */
  readonly seen: string[];
  stop(): Promise<void>;
}

/** A thin proxy before a real Ollama, so that a test can change what one route answers. */
export async function startProxy(target: string, intercept: Intercept): Promise<Proxy> {
  const seen: string[] = [];
  const server = http.createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`);
    void (async () => {
      if (await intercept(request, response)) return;
      const onward = http.request(
        `${target}${request.url}`,
        { method: request.method, headers: { ...request.headers, host: new URL(target).host } },
        (answer) => {
          response.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.pipe(response);
        },
      );
      onward.on("error", () => response.destroy());
      request.pipe(onward);
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    address: `http://127.0.0.1:${port}`,
    seen,
    stop: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
