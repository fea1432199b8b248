import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { queries } from "../app/queries.ts";
import { Icon, type IconName } from "../ui/icon.tsx";
import { ProjectSteps } from "./project-steps.tsx";

/** The rail at the start: the app's sections, or the steps of one project. */
export function Rail({ project }: { project: string | undefined }) {
  const { t } = useTranslation("shell");
  return (
    <aside className="rail" aria-label="Tunesmith">
      <Link className="brand" to="/">
        <Fork />
        Tunesmith
      </Link>
      {project === undefined ? <MainNav /> : <ProjectSteps project={project} />}
      <div className="rail-foot">
        <nav aria-label={t("settings")}>
          <NavLink to="/settings" icon="gear">
            {t("settings")}
          </NavLink>
        </nav>
      </div>
    </aside>
  );
}

function MainNav() {
  const { t } = useTranslation("shell");
  const { data: projects } = useQuery(queries.projects());
  const { data: runs } = useQuery(queries.allRuns());
  const waiting = runs?.runs.filter((run) => run.state.status === "queued").length;
  return (
    <nav className="main-nav" aria-label={t("main")}>
      <NavLink to="/" icon="grid" end={projects?.projects.length}>
        {t("projects")}
      </NavLink>
      <NavLink to="/queue" icon="list" end={waiting}>
        {t("queue")}
      </NavLink>
      <NavLink to="/ollama" icon="cube">
        {t("ollamaModels")}
      </NavLink>
    </nav>
  );
}

function NavLink(props: {
  to: "/" | "/queue" | "/ollama" | "/settings";
  icon: IconName;
  end?: ReactNode;
  children: ReactNode;
}) {
  return (
    <Link
      className="navlink"
      to={props.to}
      activeOptions={{ exact: true }}
      activeProps={{ "aria-current": "page" }}
    >
      <Icon name={props.icon} />
      {props.children}
      {props.end !== undefined && <span className="end">{props.end}</span>}
    </Link>
  );
}

function Fork() {
  return (
    <svg
      viewBox="0 0 16 22"
      fill="none"
      stroke="currentColor"
      strokeLinecap="round"
      aria-hidden="true"
    >
      <path d="M4.5 1.5v7a3.5 3.5 0 0 0 7 0v-7M8 12v8.5" strokeWidth="1.7" />
    </svg>
  );
}
