import { expect, test } from "vitest";
import { createStallWatch } from "./watch-heartbeat.ts";

const limits = { suspended: 60, waiting: 180, computing: 1800 };
const at = (beat: number, cpuSeconds: number) => ({
  beat,
  pid: 1,
  cpuSeconds,
  where: "loop.py:91 _step",
});

/** Looks every five seconds with a heartbeat that `cpuShare` of a core was used; the first stall. */
function stallAfter(seconds: number, cpuShare: number, beats = true) {
  const watch = createStallWatch(limits);
  watch.moved(0);
  for (let now = 0; now <= seconds; now += 5) {
    const stall = watch.look(now, at(beats ? now / 5 : 0, now * cpuShare));
    if (stall) return { ...stall, now };
  }
  return undefined;
}

test("a process without a heartbeat is suspended, one that uses no processor waits, one that computes has time", () => {
  expect(stallAfter(1000, 1, false)).toMatchObject({ cause: "stall_suspended", now: 65 });
  expect(stallAfter(1000, 0.001)).toMatchObject({ cause: "stall_waiting", now: 185 });
  expect(stallAfter(1795, 1)).toBeUndefined();
  expect(stallAfter(3000, 1)).toMatchObject({
    cause: "stall_computing",
    now: 1805,
    where: "loop.py:91 _step",
  });
});

test("a stall is told once, and again only after something moved; slow steps give more patience", () => {
  const watch = createStallWatch(limits);
  watch.moved(0);
  watch.moved(200);
  const told = [];
  for (let now = 200; now < 9000; now += 5) if (watch.look(now, at(now, now))) told.push(now);
  expect(told).toEqual([200 + 20 * 200 + 5]);
  watch.moved(9000);
  expect(watch.look(9005, at(9005, 9005))).toBeUndefined();
});

test("after a sleep of the computer everything is looked at anew", () => {
  const watch = createStallWatch(limits);
  watch.moved(0);
  watch.restart(50_000);
  expect(watch.look(50_005, at(1, 1))).toBeUndefined();
});
