import type { OpenAPIHono } from "@hono/zod-openapi";
import { streamSSE } from "hono/streaming";
import { streamEvents } from "#contract/routes/stream.ts";
import type { StreamMessage } from "#contract/routes/stream.ts";
import type { ServerContext } from "../context.ts";
import { formatCursor, parseCursor, runKey } from "./cursor.ts";
import { createQueue } from "./queue.ts";

/** A comment line now and then tells proxies and the other end that the connection lives. */
const heartbeatMs = 15_000;
/** So many runs are followed by seq; of others the id says only the time. */
const rememberedRuns = 40;

export function mountEvents(app: OpenAPIHono, { hub, version, closing }: ServerContext): void {
  app.openapi(streamEvents, (c) => {
    const known = parseCursor(c.req.valid("header")["last-event-id"] ?? c.req.valid("query").after);
    c.header("Cache-Control", "no-store");
    c.header("X-Accel-Buffering", "no");
    return streamSSE(c, async (stream) => {
      const queue = createQueue<StreamMessage>();
      const end = () => queue.close();
      stream.onAbort(end);
      closing.addEventListener("abort", end);
      const subscription = await hub.subscribe({ send: (message) => queue.push(message) });
      const seqs = new Map(known?.seqs);
      const send = async (message: StreamMessage) => {
        if (message.type === "run.event") {
          const { project, run, event } = message;
          const key = runKey(project, run);
          // What came in while the missed events were read may be among them.
          if ((seqs.get(key) ?? 0) >= event.seq) return;
          remember(seqs, key, event.seq);
        }
        const id = formatCursor({ time: subscription.checkedAt(), seqs });
        await stream.writeSSE({ id, data: JSON.stringify(message) });
      };
      try {
        await send({ type: "hello", version });
        if (known) for await (const message of subscription.missed(known)) await send(message);
        for (;;) {
          const message = await queue.next(heartbeatMs);
          if (message === "closed") return;
          if (message === "nothing") await stream.write(":\n\n");
          else await send(message);
        }
      } finally {
        subscription.end();
        closing.removeEventListener("abort", end);
      }
    });
  });
}

/** Keeps the runs that had events last. */
function remember(seqs: Map<string, number>, key: string, seq: number): void {
  seqs.delete(key);
  seqs.set(key, seq);
  const [oldest] = seqs.keys();
  if (seqs.size > rememberedRuns && oldest !== undefined) seqs.delete(oldest);
}
