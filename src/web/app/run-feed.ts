import type { RunEvent } from "#contract/events.ts";
import { extendCurve } from "#contract/run-curve.ts";
import { applyEvent } from "#contract/run-fold.ts";
import type { CurvePoint, RunState } from "#contract/run.ts";

/*
 * What was fetched of a run goes on from the events that stream in, by the same fold that the
 * server uses: a training of a thousand steps costs no request beside its stream.
 */

/** The last events of each run since the page was opened, in order. */
const feeds = new Map<string, RunEvent[]>();
const keptEvents = 4000;
const feedKey = (project: string, run: string) => `${project}/${run}`;

/** Takes an event in. One that came before is left out: a reconnected stream may repeat some. */
export function feed(project: string, run: string, event: RunEvent): void {
  const key = feedKey(project, run);
  const events = feeds.get(key) ?? [];
  feeds.set(key, events);
  const last = events.at(-1);
  if (last && event.seq <= last.seq) return;
  // Behind a gap nothing can be folded; what was fetched after it can.
  if (last && event.seq !== last.seq + 1) events.length = 0;
  events.push(event);
  if (events.length > keptEvents * 2) events.splice(0, keptEvents);
}

/** The events that follow `seq`; undefined where some of them are not known here. */
export function eventsAfter(project: string, run: string, seq: number): RunEvent[] | undefined {
  const events = feeds.get(feedKey(project, run)) ?? [];
  const first = events[0];
  const last = events.at(-1);
  if (!first || !last || last.seq <= seq) return [];
  return first.seq > seq + 1 ? undefined : events.slice(seq + 1 - first.seq);
}

interface HasState {
  readonly project: string;
  readonly id: string;
  readonly state: RunState;
}

/** The run as far as its events are known; itself where there is none that is newer. */
export function catchUpRun<R extends HasState>(run: R): R {
  const events = eventsAfter(run.project, run.id, run.state.seq);
  if (!events?.length) return run;
  const state = structuredClone(run.state);
  for (const event of events) applyEvent(state, event);
  return { ...run, state };
}

interface Curve {
  readonly points: readonly CurvePoint[];
  readonly seq: number;
}

export function catchUpCurve<C extends Curve>(project: string, run: string, curve: C): C {
  const events = eventsAfter(project, run, curve.seq);
  const last = events?.at(-1);
  if (!events || !last || events.some(beginsAnew)) return curve;
  return { ...curve, points: extendCurve(curve.points, events), seq: last.seq };
}

/** A new attempt may take points back: then the curve is fetched as a whole. */
export const beginsAnew = ({ type }: RunEvent): boolean =>
  type === "run.started" || type === "train.resumed";

/** So many of the last events are shown. */
export const shownEvents = 2000;

export function catchUpEvents(
  project: string,
  run: string,
  known: readonly RunEvent[],
): readonly RunEvent[] {
  const more = eventsAfter(project, run, known.at(-1)?.seq ?? 0);
  return more?.length ? [...known, ...more].slice(-shownEvents) : known;
}
