import http from "node:http";
import { startProxy } from "#core/deploy/testing/proxy.ts";

export interface SlowOllama {
  readonly address: string;
  /** The next request that fits is let through up to its last bytes, which wait for `release`. */
  readonly holdNext: (route: RegExp) => Promise<void>;
  readonly release: () => void;
  /** What is held never arrives: its sender is gone, though that may not have been heard yet. */
  readonly drop: () => void;
  readonly stop: () => Promise<void>;
}

/**
 * A real Ollama behind a line that can be held: an upload stands still in its middle, an answer is
 * made and does not arrive. What a test does meanwhile certainly falls into it.
 */
export async function slowOllama(target: string): Promise<SlowOllama> {
  let held: { route: RegExp; met: () => void } | undefined;
  let open: () => void = () => undefined;
  let cut: () => void = () => undefined;
  const proxy = await startProxy(target, async (request, response) => {
    const at = `${request.method} ${request.url}`;
    if (!held?.route.test(at)) return false;
    const { met } = held;
    held = undefined;
    const released = new Promise<void>((resolve) => {
      open = resolve;
    });
    const pass = async (answer: http.IncomingMessage) => {
      await released;
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    };
    const onward = http.request(
      `${target}${request.url}`,
      { method: request.method, headers: { ...request.headers, host: new URL(target).host } },
      (answer) => void pass(answer),
    );
    onward.on("error", () => response.destroy());
    // Who hangs up here has hung up there as well.
    response.on("close", () => onward.destroy());
    cut = () => {
      onward.destroy();
      request.destroy();
    };
    const goOn = async () => {
      await released;
      request.resume();
    };
    let sent = false;
    request.on("data", (piece: Buffer) => {
      onward.write(piece);
      if (sent) return;
      sent = true;
      request.pause();
      met();
      void goOn();
    });
    request.on("end", () => onward.end());
    return true;
  });
  return {
    address: proxy.address,
    holdNext: (route) =>
      new Promise<void>((met) => {
        held = { route, met };
      }),
    release: () => {
      held = undefined;
      open();
    },
    drop: () => {
      held = undefined;
      cut();
      open();
    },
    stop: () => proxy.stop(),
  };
}
