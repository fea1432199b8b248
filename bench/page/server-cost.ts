import { join, resolve } from "node:path";
import type { Browser } from "playwright-core";
import {
  addDataFile,
  applyPreset,
  createProject,
  followEvents,
  openWorkspace,
  startRun,
} from "../../src/core/api.ts";
import type { Workspace } from "../../src/core/workspace.ts";
import { startServerProcess, type ServerProcess } from "../../e2e/testing/server-process.ts";

const examples = resolve(import.meta.dirname, "../../examples/lighthouses");
const rounds = 3;
const limitShare = 0.01;

/**
 * The practice run's rows, trained for longer and logged at every step: with a server and a page
 * that shows the run, and without, by turns. The server's own processor time is the sharper measure:
 * on a machine that does other things, two trainings differ by more than one percent anyway.
 */
export async function measureServerCost(browser: Browser, home: string) {
  const workspace = await openWorkspace({ home });
  const { slug } = await createProject(workspace, { name: "Cost" });
  await applyPreset(workspace, slug, "small_data");
  for (const role of ["train", "check"] as const) {
    const name = `${role}.jsonl`;
    await addDataFile(workspace, slug, { name, role, path: join(examples, name) });
  }
  const alone: number[] = [];
  const watched: number[] = [];
  const shares: number[] = [];
  for (let round = 0; round < rounds; round++) {
    alone.push((await trainOnce(workspace, slug)).seconds);
    const server = await startServerProcess(home);
    try {
      const { seconds, used } = await trainOnce(workspace, slug, { browser, server });
      watched.push(seconds);
      shares.push(used / seconds);
    } finally {
      await server.stop();
    }
  }
  const share = Math.max(...shares);
  return {
    bench: "server_cost",
    secondsAlone: alone.map(tenths),
    secondsWatched: watched.map(tenths),
    serverShareOfTrainingTime: shares.map((one) => Math.round(one * 10_000) / 10_000),
    reached: share < limitShare,
  };
}

const tenths = (value: number) => Math.round(value * 10) / 10;

/** The seconds of the training stage; with a page, the server's processor seconds during it. */
async function trainOnce(
  workspace: Workspace,
  slug: string,
  page?: { browser: Browser; server: ServerProcess },
): Promise<{ seconds: number; used: number }> {
  const { id } = await startRun(workspace, slug, {
    overrides: {
      training_config: {
        num_train_epochs: 60,
        early_stopping_patience: 0,
        logging_steps: 1,
        save_strategy: "no",
      },
    },
  });
  const opened = await page?.browser.newPage();
  await opened?.goto(`${page?.server.url}projects/${slug}/runs/${id}`);
  let seconds = NaN;
  let before = 0;
  let used = 0;
  for await (const event of followEvents(workspace, slug, id)) {
    if (event.type === "run.failed") throw new Error(event.error.message);
    if (event.type === "stage.started" && event.stage === "train")
      before = (await page?.server.use())?.seconds ?? 0;
    if (event.type === "stage.finished" && event.stage === "train") {
      ({ seconds } = event);
      used = ((await page?.server.use())?.seconds ?? 0) - before;
    }
  }
  // That the page was really following is part of the measure.
  if (opened) await opened.getByRole("link", { name: "See the result" }).waitFor();
  await opened?.close();
  return { seconds, used };
}
