export interface Screen {
  name: string;
  path: string;
  /** What comes last: only then is all of it there to be looked at. */
  settled: string;
}

/** Every screen of the page that needs no run, with `run` the run's own, too. New ones come here. */
export function allScreens(slug: string, run?: string): Screen[] {
  const project = `/projects/${slug}`;
  return [
    { name: "projects", path: "/", settled: ".proj" },
    { name: "examples", path: `${project}/examples`, settled: ".vitem .vrow" },
    { name: "model", path: `${project}/model`, settled: ".thispc" },
    { name: "training", path: `${project}/training`, settled: ".budget .kv" },
    { name: "queue", path: "/queue", settled: "main h1" },
    { name: "ollama", path: "/ollama", settled: ".note, .empty" },
    { name: "settings", path: "/settings", settled: ".du" },
    { name: "nothing there", path: "/nothing/there", settled: "main :is(h1, h2)" },
    { name: "history", path: `${project}/history`, settled: "main h1" },
    { name: "result", path: `${project}/result`, settled: "main :is(h1, h2)" },
    ...(run === undefined
      ? []
      : [
          { name: "result of a run", path: `${project}/result`, settled: ".ab tbody tr" },
          { name: "run", path: `${project}/runs/${run}`, settled: ".rn-chart canvas" },
          {
            name: "settings in use",
            path: `${project}/runs/${run}?show=settings&curve=memory`,
            settled: ".inuse dd",
          },
          { name: "history of runs", path: `${project}/history`, settled: ".hist tbody tr" },
        ]),
  ];
}
