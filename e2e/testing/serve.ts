import { startServer } from "#server/start.ts";

/* `node serve.ts <home>`: the server in a process of its own, which a test may kill. */

const server = await startServer({ home: process.argv[2] ?? "", port: 0 });
console.log(server.url);
