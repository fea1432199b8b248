import { queries, queryClient } from "./queries.ts";
import { beginsAnew, catchUpCurve, catchUpEvents, catchUpRun, eventsAfter } from "./run-feed.ts";

type Runs = { runs: Parameters<typeof catchUpRun>[0][] };

/** Brings what is shown of a run up to its last event; what cannot go on from there is asked anew. */
export function advanceRun(project: string, run: string): void {
  const keys = {
    run: queries.run(project, run).queryKey,
    curve: queries.curve(project, run).queryKey,
    events: queries.events(project, run, 0).queryKey,
  };
  const after = (seq: number) => eventsAfter(project, run, seq);
  const detail = queryClient.getQueryData(keys.run);
  if (detail) {
    if (after(detail.state.seq)) queryClient.setQueryData(keys.run, catchUpRun(detail));
    else void queryClient.invalidateQueries({ queryKey: keys.run, exact: true });
  }
  const curve = queryClient.getQueryData(keys.curve);
  if (curve) {
    const news = after(curve.seq);
    if (news && !news.some(beginsAnew))
      queryClient.setQueryData(keys.curve, catchUpCurve(project, run, curve));
    else void queryClient.invalidateQueries({ queryKey: keys.curve });
  }
  const events = queryClient.getQueryData(keys.events);
  if (events) {
    if (after(events.at(-1)?.seq ?? 0))
      queryClient.setQueryData(keys.events, catchUpEvents(project, run, events));
    else void queryClient.invalidateQueries({ queryKey: keys.events });
  }
  // Below the key of the lists stand comparisons and the like, which have another shape.
  for (const { queryKey } of [queries.allRuns(), queries.runs(project)]) {
    queryClient.setQueryData<Runs>(queryKey, (list) => {
      if (!list?.runs.some((one) => one.id === run && one.project === project)) return list;
      return { ...list, runs: list.runs.map((one) => (one.id === run ? catchUpRun(one) : one)) };
    });
  }
}
