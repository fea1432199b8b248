import { createInterface } from "node:readline";
import { startServer } from "../src/server/start.ts";

/*
 * `node serve-measured.ts <home>`: the server in a process of its own. Says its address; at each
 * line on stdin it says what memory it holds and what processor time it used so far.
 */

const server = await startServer({ home: process.argv[2] ?? "", port: 0 });
console.log(JSON.stringify({ url: server.url }));
createInterface({ input: process.stdin }).on("line", () => {
  const { user, system } = process.cpuUsage();
  const { rss } = process.memoryUsage();
  console.log(JSON.stringify({ rss, cpuSeconds: (user + system) / 1e6 }));
});
