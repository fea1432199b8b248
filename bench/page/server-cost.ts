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
import { startServerProcess } from "../../e2e/testing/server-process.ts";
import type { Figure } from "./figure.ts";
import { recordTraffic, replayTraffic, type Asked } from "./page-traffic.ts";
import { secondsOf } from "./process-use.ts";

const examples = resolve(import.meta.dirname, "../../examples/lighthouses");
const rounds = 2;
const limitShare = 0.01;

/** A training, and what the server used of a processor during it. */
interface Training {
  id: string;
  seconds: number;
  serverSeconds: number;
}

/**
 * What the server takes from a training that a page watches: the practice run's rows, trained for
 * longer and logged at every step. Decisive is the processor time of the server and of all that it
 * starts, against the time that the training takes, as if it had one processor alone. A real page is
 * open once; then its network side alone is played again, by turns with a training without a server,
 * so that the browser's own work on the same processors does not count as the server's.
 */
export async function measureServerCost(browser: Browser, home: string) {
  const workspace = await openWorkspace({ home });
  const { slug } = await createProject(workspace, { name: "Cost" });
  await applyPreset(workspace, slug, "small_data");
  for (const role of ["train", "check"] as const) {
    const name = `${role}.jsonl`;
    await addDataFile(workspace, slug, { name, role, path: join(examples, name) });
  }
  const pageOpen = await trainWithPage(workspace, slug, browser);
  const alone: Training[] = [];
  const watched: Training[] = [];
  for (let round = 0; round < rounds; round++) {
    // By turns in another order: what the machine does beside falls on both.
    const both = [
      async () => alone.push(await train(workspace, slug)),
      async () => watched.push(await trainWithClient(workspace, slug, pageOpen)),
    ];
    for (const one of round % 2 === 0 ? both : both.reverse()) await one();
  }
  const share = ({ serverSeconds, seconds }: Training) =>
    Math.round((serverSeconds / seconds) * 10_000) / 10_000;
  const shares = [pageOpen.training, ...watched].map(share);
  const measured = Math.max(...shares);
  return {
    bench: "server_cost",
    what: "the server's processor time against the training's time, at most",
    measured,
    limit: limitShare,
    unit: "share",
    reached: measured < limitShare,
    shareWithPage: shares[0],
    sharesWithClient: shares.slice(1),
    secondsAlone: alone.map(({ seconds }) => tenths(seconds)),
    secondsWithClient: watched.map(({ seconds }) => tenths(seconds)),
    secondsWithBrowserBeside: tenths(pageOpen.training.seconds),
    requestsOfThePage: pageOpen.asked.length,
  } satisfies Figure & Record<string, unknown>;
}

const tenths = (value: number) => Math.round(value * 10) / 10;

async function trainWithPage(workspace: Workspace, slug: string, browser: Browser) {
  const server = await startServerProcess(workspace.home);
  const page = await browser.newPage();
  const asked = recordTraffic(page, server.url);
  try {
    const training = await train(workspace, slug, {
      pid: server.pid,
      begun: async (id) => void (await page.goto(`${server.url}projects/${slug}/runs/${id}`)),
    });
    // That the page was really following is part of the measure.
    await page.getByRole("link", { name: "See the result" }).waitFor();
    return { training, asked };
  } finally {
    await page.close();
    await server.stop();
  }
}

async function trainWithClient(
  workspace: Workspace,
  slug: string,
  { training: { id: recorded }, asked }: { training: Training; asked: readonly Asked[] },
): Promise<Training> {
  const server = await startServerProcess(workspace.home);
  let client: { stop(): void } | undefined;
  try {
    return await train(workspace, slug, {
      pid: server.pid,
      begun: (id) => {
        const path = (one: Asked) => one.path.replaceAll(recorded, id);
        const same = asked.map((one) => ({ ...one, path: path(one) }));
        client = replayTraffic(server.url, same);
        return Promise.resolve();
      },
    });
  } finally {
    client?.stop();
    await server.stop();
  }
}

/** The seconds of the training stage, and those of the server's processor during it. */
async function train(
  workspace: Workspace,
  slug: string,
  server?: { pid: number; begun: (run: string) => Promise<void> },
): Promise<Training> {
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
  await server?.begun(id);
  const used = async () => (server ? secondsOf(server.pid) : 0);
  const training = { id, seconds: NaN, serverSeconds: 0 };
  let before = 0;
  for await (const event of followEvents(workspace, slug, id)) {
    if (event.type === "run.failed") throw new Error(event.error.message);
    if (event.type === "stage.started" && event.stage === "train") before = await used();
    if (event.type === "stage.finished" && event.stage === "train") {
      training.seconds = event.seconds;
      training.serverSeconds = (await used()) - before;
    }
  }
  return training;
}
