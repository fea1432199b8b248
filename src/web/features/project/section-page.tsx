import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { Suspense, lazy } from "react";
import { queries } from "../../app/queries.ts";
import { LoadFault } from "../../shell/load-fault.tsx";
import { NotFound } from "../../shell/not-found.tsx";

/** The four steps of a project, each a chunk of its own. */
const sections = {
  examples: lazy(async () => ({
    default: (await import("../examples/examples-page.tsx")).ExamplesPage,
  })),
  model: lazy(async () => ({ default: (await import("../model/model-page.tsx")).ModelPage })),
  training: lazy(async () => ({
    default: (await import("../training/training-page.tsx")).TrainingPage,
  })),
  result: lazy(async () => ({ default: (await import("../result/result-page.tsx")).ResultPage })),
};

export function SectionPage() {
  const { project, section } = useParams({ from: "/projects/$project/$section" });
  const Section = Object.hasOwn(sections, section)
    ? sections[section as keyof typeof sections]
    : undefined;
  const { data, error, refetch } = useQuery(queries.project(project));
  if (!Section) return <NotFound />;
  if (error && !data) return <LoadFault error={error} onRetry={() => void refetch()} />;
  return (
    <Suspense fallback={null}>
      <Section key={project} project={project} />
    </Suspense>
  );
}
