import { enqueue } from "#core/runs/queue.ts";
import { openWorkspace } from "#core/workspace.ts";

/* `node start-and-wait.ts <home> <slug> <id>`: starts a run and stays, as a terminal or server does. */

const [home = "", slug = "", id = ""] = process.argv.slice(2);
await enqueue(await openWorkspace({ home }), { slug, id });
console.log("started");
setInterval(() => undefined, 1000);
