import {
  Outlet,
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
  useParams,
} from "@tanstack/react-router";
import { AppShell } from "../shell/app-shell.tsx";
import { RouteError } from "../shell/route-error.tsx";
import { NotFound } from "../shell/not-found.tsx";
import { Rail } from "../shell/rail.tsx";
import { StaleNote } from "../shell/stale-note.tsx";
import { Strip } from "../shell/strip.tsx";

const root = createRootRoute({ component: Root, notFoundComponent: NotFound });

function Root() {
  const { project } = useParams({ strict: false });
  return (
    <AppShell rail={<Rail project={project} />} strip={<Strip />}>
      <StaleNote />
      <Outlet />
    </AppShell>
  );
}

const page = <P extends string, S extends object = object>(
  path: P,
  component: () => Promise<Record<string, unknown>>,
  name: string,
  validateSearch: (search: Record<string, unknown>) => S = () => ({}) as S,
) =>
  createRoute({
    getParentRoute: () => root,
    path,
    validateSearch,
    // Each screen is a chunk of its own, so that the first one stays small.
    component: lazyRouteComponent(
      component as () => Promise<Record<string, React.ComponentType>>,
      name,
    ),
    errorComponent: RouteError,
  });

const projects = page("/", () => import("../features/projects/projects-page.tsx"), "ProjectsPage");
const queue = page("/queue", () => import("../features/queue/queue-page.tsx"), "QueuePage");
const ollama = page("/ollama", () => import("../features/ollama/ollama-page.tsx"), "OllamaPage");
const settings = page(
  "/settings",
  () => import("../features/settings/settings-page.tsx"),
  "SettingsPage",
);
const project = createRoute({
  getParentRoute: () => root,
  path: "/projects/$project",
  beforeLoad: ({ params }) => {
    throw redirect({
      to: "/projects/$project/$section",
      params: { ...params, section: "examples" },
      replace: true,
    });
  },
});
const section = page(
  "/projects/$project/$section",
  () => import("../features/project/section-page.tsx"),
  "SectionPage",
  // Which run the result page shows; the newest where it is not named.
  ({ run }): { run?: string } => (typeof run === "string" ? { run } : {}),
);
const history = page(
  "/projects/$project/history",
  () => import("../features/history/history-page.tsx"),
  "HistoryPage",
);
const compare = page(
  "/projects/$project/compare",
  () => import("../features/compare/compare-page.tsx"),
  "ComparePage",
  ({ runs }): { runs?: string } => (typeof runs === "string" ? { runs } : {}),
);
const sweeps = page(
  "/projects/$project/sweeps",
  () => import("../features/sweeps/sweeps-page.tsx"),
  "SweepsPage",
);
const run = page(
  "/projects/$project/runs/$run",
  () => import("../features/run/run-page.tsx"),
  "RunPage",
);

export const router = createRouter({
  routeTree: root.addChildren([
    projects,
    queue,
    ollama,
    settings,
    project,
    section,
    history,
    compare,
    sweeps,
    run,
  ]),
  defaultPreload: "intent",
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
