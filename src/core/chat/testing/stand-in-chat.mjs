#!/usr/bin/env node
import { writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";

/*
 * Plays the trainer's `chat`: answers with the words of the last message, one by one, unless that
 * message asks for a fault. It says what it got, so that a test can look at it. Plays `base`, too.
 */
const say = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);
const cancelled = new Set();
let turn = Promise.resolve();

if (process.argv.includes("base")) {
  const size = { done: 5, total: 10 };
  say({ type: "progress", step: "convert", ...size });
  if (process.env.STAND_IN_FAULT) {
    const params = { part: "weights" };
    say({ error: { code: "model_changed", params, message: "The model has changed." } });
    process.exit(4);
  }
  if (!process.env.STAND_IN_WAIT) {
    writeFileSync(process.argv.at(-1), "a GGUF");
    say({ type: "done", bytes: 6 });
    process.exit(0);
  }
}

createInterface({ input: process.stdin })
  .on("line", (line) => {
    const request = JSON.parse(line);
    if (request.type === "cancel") cancelled.add(request.id);
    else turn = turn.then(() => answer(request));
  })
  .on("close", () => process.exit(0));

async function answer({ id, messages, options, stop }) {
  const text = messages.at(-1).content;
  const done = (reason, tokens) =>
    say({ id, type: "done", reason, tokens, promptTokens: messages.length, seconds: 0 });
  if (text === "die") {
    console.error("out of luck");
    process.exit(7);
  }
  if (text === "refuse") {
    const params = { tokens: 9000, num_ctx: 2048 };
    const error = { code: "chat_too_long", params, message: "The conversation is too long." };
    return say({ id, type: "error", error });
  }
  if (text === "show") {
    say({ id, type: "token", text: JSON.stringify({ options, stop }) });
    return done("stop", 1);
  }
  process.stdout.write("a library prints\n");
  let count = 0;
  for (const word of text === "forever" ? endless() : text.split(" ")) {
    if (cancelled.has(id)) return done("cancelled", count);
    say({ id, type: "token", text: word });
    count += 1;
    await sleep(5);
  }
  done("stop", count);
}

function* endless() {
  for (;;) yield "on";
}
