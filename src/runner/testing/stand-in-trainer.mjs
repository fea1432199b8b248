#!/usr/bin/env node
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";

/*
 * Plays a trainer that follows `script.json` of the run folder: one list of actions per attempt.
 * For faults that the real trainer cannot be made to show at will.
 */
const folder = process.argv.at(-1);
const attempts = join(folder, "attempts");
const attempt = existsSync(attempts) ? Number(readFileSync(attempts, "utf8")) : 0;
writeFileSync(attempts, String(attempt + 1));
const script = JSON.parse(readFileSync(join(folder, "script.json"), "utf8"));
const events = join(folder, "trainer.jsonl");
const time = () => new Date().toISOString();

const wishes = [];
const input = createInterface({ input: process.stdin });
input.on("line", (line) => wishes.push(JSON.parse(line).type));
input.on("close", () => process.exit(5));

for (const action of script[Math.min(attempt, script.length - 1)]) {
  if (action.event)
    appendFileSync(events, `${JSON.stringify({ time: time(), ...action.event })}\n`);
  if (action.raw) appendFileSync(events, action.raw);
  if (action.print) console.error(action.print);
  if (action.sleep) await sleep(action.sleep);
  if (action.file) {
    mkdirSync(join(folder, action.file, ".."), { recursive: true });
    writeFileSync(join(folder, action.file), "content");
  }
  if (action.waitForWish) while (wishes.length === 0) await sleep(20);
  if (action.waitFor)
    while (!wishes.includes(action.waitFor)) {
      if (wishes.some((wish) => ["stop", "cancel", "pause"].includes(wish))) process.exit(3);
      await sleep(20);
    }
  if (action.kill) process.kill(process.pid, "SIGKILL");
  if (action.exit !== undefined) process.exit(action.exit);
}
process.exit(0);
