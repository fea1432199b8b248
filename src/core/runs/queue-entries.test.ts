import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryWorkspace } from "../testing/temporary-workspace.ts";
import type { Workspace } from "../workspace.ts";
import {
  askedBy,
  dequeue,
  holdInQueue,
  isQueued,
  listBegun,
  listQueue,
  markBegun,
  markEnded,
  moveInQueue,
  putIntoQueue,
} from "./queue-entries.ts";

const run = (name: string) => ({ slug: "sky", id: `20261122-${name}` });
const order = async (ws: Workspace) => (await listQueue(ws)).map(({ id }) => id.slice(-1)).join("");

async function filled(): Promise<Workspace> {
  const ws = await temporaryWorkspace();
  // The clock was set back: the first to come has the largest id.
  for (const name of ["d", "b", "c", "a"]) await putIntoQueue(ws, run(name), { by: "person" });
  return ws;
}

test("runs wait in the order in which they came, whatever the clock says; an urgent one goes first", async () => {
  const ws = await filled();
  expect(await order(ws)).toBe("dbca");
  await putIntoQueue(ws, run("e"), { by: "automatic", first: true });
  expect(await order(ws)).toBe("edbca");
  expect([await askedBy(ws, run("e")), await askedBy(ws, run("d"))]).toEqual([
    "automatic",
    "person",
  ]);
});

test.each([
  ["a", 1, "adbc"],
  ["a", 2, "dabc"],
  ["d", 4, "bcad"],
  ["d", 99, "bcad"],
  ["b", 2, "dbca"],
  ["c", 3, "dbca"],
])("%s moved to place %i gives %s", async (name, place, expected) => {
  const ws = await filled();
  await moveInQueue(ws, run(name), place);
  expect(await order(ws)).toBe(expected);
});

test("moving a hundred times between two neighbours never runs out of places", async () => {
  const ws = await filled();
  for (let turn = 0; turn < 120; turn++) await moveInQueue(ws, run(turn % 2 ? "a" : "c"), 2);
  expect(await order(ws)).toBe("dacb");
});

test("a run is held and released; only what waits can be changed", async () => {
  const ws = await filled();
  await holdInQueue(ws, run("b"), true);
  expect((await listQueue(ws)).map(({ held }) => held)).toEqual([false, true, false, false]);
  await holdInQueue(ws, run("b"), false);
  expect(await order(ws)).toBe("dbca");
  const refused = { code: "run_not_queued", params: { id: "20261122-x" } };
  await expect(holdInQueue(ws, run("x"), true)).rejects.toMatchObject(refused);
  await expect(moveInQueue(ws, run("x"), 1)).rejects.toMatchObject(refused);
  expect([await dequeue(ws, run("b")), await dequeue(ws, run("b"))]).toEqual([true, false]);
});

test("a run is never in neither folder, and nothing brings back what was begun", async () => {
  const ws = await filled();
  await markBegun(ws, run("d"));
  expect([isQueued(ws, run("d")), await listBegun(ws)]).toEqual([false, [run("d")]]);
  await expect(moveInQueue(ws, run("d"), 2)).rejects.toMatchObject({ code: "run_not_queued" });
  expect(await order(ws)).toBe("bca");
  await markEnded(ws, run("d"));
  expect(await listBegun(ws)).toEqual([]);
});

test("an entry edited into nonsense still waits, and stays as it is", async () => {
  const ws = await filled();
  const file = join(ws.home, "queue", "20261122-b@sky.json");
  for (const nonsense of ["", "{", "[]", '{"rank":"x","held":7}', "\u0000"]) {
    await writeFile(file, nonsense);
    // Without a rank it goes first.
    expect(await order(ws)).toBe("bdca");
    expect((await readdir(join(ws.home, "queue"))).length).toBe(4);
  }
});
