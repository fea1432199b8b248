import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { AppError } from "#contract/errors.ts";
import { createHarness } from "../testing/harness.ts";
import type { Harness } from "../testing/harness.ts";

let server: Harness;
beforeEach(async () => {
  server = await createHarness();
});
afterEach(() => server.close());

const subject = { kind: "deploy", project: "sky", run: "r1" } as const;
const untilAborted = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason as Error));
  });

test("one job per subject; it is listed, cancelled, and can then be started again", async () => {
  const { jobs } = server.context;
  const job = jobs.start(subject, (_, signal) => untilAborted(signal));
  expect(jobs.start(subject, () => Promise.resolve(null)).id).toBe(job.id);
  const other = jobs.start({ ...subject, run: "r2" }, () => Promise.resolve(null));
  expect(other.id).not.toBe(job.id);
  const list = await server.ask<{ jobs: { id: string }[] }>("GET", "/api/jobs");
  expect(list.json.jobs.map(({ id }) => id)).toEqual([other.id, job.id]);

  expect((await server.ask("POST", `/api/jobs/${job.id}/cancel`)).status).toBe(202);
  await vi.waitFor(async () => {
    const { json } = await server.ask("GET", `/api/jobs/${job.id}`);
    expect(json).toMatchObject({ status: "cancelled", error: null });
    expect(json["ended_at"]).not.toBeNull();
  });
  expect(jobs.start(subject, () => Promise.resolve(null)).id).not.toBe(job.id);
});

test("what goes wrong stands with the job; a fault of the program is logged, too", async () => {
  const { jobs } = server.context;
  const expected = jobs.start(subject, () => Promise.reject(new AppError("engine_missing")));
  const fault = jobs.start({ ...subject, run: "r2" }, () => Promise.reject(new Error("oh")));
  await vi.waitFor(async () => {
    expect((await server.ask("GET", `/api/jobs/${expected.id}`)).json).toMatchObject({
      status: "failed",
      error: { code: "engine_missing" },
    });
    expect((await server.ask("GET", `/api/jobs/${fault.id}`)).json).toMatchObject({
      error: { code: "internal", params: { detail: "oh" } },
    });
  });
  expect(server.log).toEqual([expect.stringContaining("oh")]);
});

test("a job that is not there", async () => {
  for (const [method, path] of [
    ["GET", "/api/jobs/none"],
    ["POST", "/api/jobs/none/cancel"],
  ] as const) {
    const { status, error } = await server.ask(method, path);
    expect([status, error.code]).toEqual([404, "not_found"]);
  }
});

test("closing stops everything", async () => {
  const job = server.context.jobs.start(subject, (_, signal) => untilAborted(signal));
  await server.context.jobs.close();
  expect(server.context.jobs.read(job.id).status).toBe("cancelled");
});
