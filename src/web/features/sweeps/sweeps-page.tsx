import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { queries } from "../../app/queries.ts";
import { PageHead } from "../../shell/app-shell.tsx";
import { NewSweep } from "./new-sweep.tsx";
import { Ranking } from "./ranking.tsx";

/** Tries several settings at once, and ranks what came of it. */
export function SweepsPage() {
  const { t } = useTranslation("sweeps");
  const { project } = useParams({ from: "/projects/$project/sweeps" });
  const { data } = useQuery(queries.sweeps(project));
  return (
    <>
      <PageHead
        title={t("title")}
        actions={
          <Link className="btn" to="/projects/$project/history" params={{ project }}>
            {t("toHistory")}
          </Link>
        }
      >
        {t("lead")}
      </PageHead>
      <div className="page page-scroll hs stack-4">
        <NewSweep project={project} />
        {data?.sweeps.length === 0 && <p className="muted">{t("none")}</p>}
        {data?.sweeps.map((one) => (
          <Ranking key={one.sweep.id} {...one} />
        ))}
      </div>
    </>
  );
}
