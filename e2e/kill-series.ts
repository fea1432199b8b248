import { parseArgs } from "node:util";
import { required } from "./testing/kill-moments.ts";
import { killSeries, oneEach } from "./testing/kill-series.ts";

/*
 * `node e2e/kill-series.ts [--count 20] [--seed n]`: kills runs at random moments and says whether
 * each ended with the adapter of the undisturbed one.
 */

const { values } = parseArgs({
  options: { count: { type: "string", default: "20" }, seed: { type: "string" } },
});
const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(values.seed);
console.log(`seed ${seed}`);
const { results } = await killSeries({
  plan: oneEach(Number(values.count)),
  seed,
  tell: (text) => console.log(text),
});
const good = results.filter(
  ({ status, adapterEqual, inOllama, faults }) =>
    status === "finished" && adapterEqual && inOllama && faults.length === 0,
);
const kills = results.flatMap((result) => result.kills);
const after = kills.filter(({ afterCheckpoint }) => afterCheckpoint);
console.log(
  `${good.length} of ${results.length} finished with the same adapter; ` +
    `${after.length} were killed after a checkpoint (seed ${seed})`,
);
const inside = required.map((part) => {
  const count = kills.filter((kill) => kill.inside === part && kill.hit !== "nothing").length;
  console.log(`${count} inside a ${part}`);
  return count;
});
const reached =
  good.length === results.length &&
  after.length >= kills.length * 0.75 &&
  inside.every((count) => count > 0);
process.exitCode = reached ? 0 : 1;
