import { expect, test } from "vitest";
import { required } from "./testing/kill-moments.ts";
import { fiveInTwo, killSeries } from "./testing/kill-series.ts";

/* Five kills; `node e2e/kill-series.ts` makes twenty. */

test("runs killed at random moments end with the adapter of the undisturbed one", async () => {
  const seed = Number(process.env["KILL_SEED"] ?? Math.floor(Math.random() * 2 ** 31));
  console.log(`KILL_SEED=${seed}`);
  const { results } = await killSeries({
    plan: fiveInTwo,
    seed,
    tell: (text) => console.log(text),
  });
  const kills = results.flatMap((result) => result.kills);
  expect(kills).toHaveLength(5);
  for (const result of results) {
    expect(result).toMatchObject({
      status: "finished",
      adapterEqual: true,
      inOllama: true,
      faults: [],
    });
  }
  const after = kills.filter(({ afterCheckpoint }) => afterCheckpoint);
  expect(after.length).toBeGreaterThanOrEqual(4);
  expect(kills.map(({ inside }) => inside)).toEqual(expect.arrayContaining([...required]));
}, 1_800_000);
